package dev.perdure.example.ledger.bank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.example.ledger.bank.BankLine.Bad;
import dev.perdure.example.ledger.bank.BankLine.Row;
import dev.perdure.example.ledger.bank.Reconciliation.AccountDifference;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReconciliationTest {

  private final BankFigures figures = new BankFigures();
  private long line = 1;

  @Test
  void holdsWhenEverythingFits() {
    row("a", 1000, 1000);
    row("a", -300, 700);
    row("b", 5, 5);
    Reconciliation result = Reconciliation.of(figures, Map.of("a", 700L, "b", 5L));
    assertThat(result.holds()).isTrue();
    assertThat(result.rowsCompared()).isEqualTo(3);
    assertThat(result.rowsWithin()).isEqualTo(3);
    assertThat(result.accountsExact()).isEqualTo(2);
    assertThat(result.accountsNear()).isEqualTo(2);
  }

  @Test
  void findsAnAccountThatIsAHalerOff() {
    row("a", 1000, 1000);
    row("b", 5, 5);
    Reconciliation result = Reconciliation.of(figures, Map.of("a", 1001L, "b", 5L));
    assertThat(result.holds()).isFalse();
    assertThat(result.differing())
        .containsExactly(new AccountDifference("a", 1001L, 1000, 1000, 0));
    assertThat(result.apart()).isEmpty();
  }

  @Test
  void findsAnAccountThatTheLedgerDoesNotKnow() {
    row("a", 1000, 1000);
    Reconciliation result = Reconciliation.of(figures, Map.of());
    assertThat(result.holds()).isFalse();
    assertThat(result.accountsExact()).isZero();
    assertThat(result.differing()).hasSize(1);
    assertThat(result.apart()).hasSize(1);
  }

  @Test
  void comparesEachRowWithThePreviousStatedBalance() {
    row("a", 1000, 1010); // 0.10 apart: rounded
    row("a", 1000, 2010);
    row("a", 1000, 3021); // 0.11 apart
    row("a", 1000, 4021);
    assertThat(figures.rowsCompared()).isEqualTo(4);
    assertThat(figures.rowsWithin()).isEqualTo(3);
  }

  @Test
  void excusesAnAccountWhoseRowsDoNotFitTheBanksOwnFigures() {
    for (int i = 1; i <= 2000; i++) {
      row("a", 100, 100L * i);
    }
    row("b", 1000, 9000);
    Reconciliation result = Reconciliation.of(figures, Map.of("a", 200_000L, "b", 1000L));
    assertThat(result.apart()).containsExactly(new AccountDifference("b", 1000L, 1000, 9000, 1));
    assertThat(result.accountsNear()).isEqualTo(1);
    assertThat(result.holds()).isTrue();
  }

  @Test
  void doesNotExcuseDriftOfRowsThatAllFit() {
    for (int i = 1; i <= 11; i++) {
      row("a", 100, 110L * i);
    }
    Reconciliation result = Reconciliation.of(figures, Map.of("a", 1100L));
    assertThat(result.rowsWithin()).isEqualTo(11);
    assertThat(result.holds()).isFalse();
  }

  @Test
  void failsWhenOneRowInAThousandDoesNotFit() {
    for (int i = 1; i <= 998; i++) {
      row("a", 100, 100L * i);
    }
    row("b", 1000, 9000);
    Reconciliation result = Reconciliation.of(figures, Map.of("a", 99_800L, "b", 1000L));
    assertThat(result.holds()).isFalse();
    assertThat(result.checks().get(1).found()).isEqualTo("998 of 999 rows, 99.900 %");
  }

  @Test
  void rowBehindAGapIsNotCompared() {
    row("a", 1000, 1000);
    figures.add(new Bad(line++, "a", "amount", "x", "is odd"));
    row("a", 1000, 9000);
    row("a", 1000, 10_000);
    assertThat(figures.rowsCompared()).isEqualTo(2);
    assertThat(figures.rowsWithin()).isEqualTo(2);
    Reconciliation result = Reconciliation.of(figures, Map.of("a", 3000L));
    assertThat(result.apart()).hasSize(1);
    assertThat(result.rowsBad()).isEqualTo(1);
    assertThat(result.holds()).isTrue();
  }

  private void row(String account, long signed, long stated) {
    figures.add(new Row(line, "t" + line, account, signed > 0, Math.abs(signed), stated));
    line++;
  }
}
