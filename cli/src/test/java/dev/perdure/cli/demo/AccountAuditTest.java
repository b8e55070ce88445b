package dev.perdure.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.demo.Books.Entry;
import dev.perdure.example.ledger.imports.History.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountAuditTest {

  private final List<Event> events = new ArrayList<>();
  private final List<Entry> entries =
      List.of(
          new Entry("a", true, 100, true, 100),
          new Entry("b", false, 30, true, 70),
          new Entry("c", false, 500, false, 0));

  @Test
  void holdsWhenHistoryAndBooksAgree() {
    history();
    assertThat(audit(70)).isEqualTo(new AccountAudit(0, 0, 0, 0, true));
  }

  @Test
  void findsALostCommand() {
    history();
    events.removeLast();
    assertThat(audit(100)).isEqualTo(new AccountAudit(1, 0, 0, 0, false));
  }

  @Test
  void findsADoubledCommand() {
    history();
    event("withdrawn", "b", 30);
    assertThat(audit(40)).isEqualTo(new AccountAudit(0, 1, 0, 0, false));
  }

  @Test
  void findsARejectedCommandThatTookEffectAllTheSame() {
    history();
    event("withdrawn", "c", 500);
    assertThat(audit(-430)).isEqualTo(new AccountAudit(0, 0, 1, 0, false));
  }

  @Test
  void findsACommandThatNobodyAskedFor() {
    history();
    event("deposited", "x", 1);
    event("withdrawn", "y", 1);
    assertThat(audit(70)).isEqualTo(new AccountAudit(0, 0, 2, 0, true));
  }

  @Test
  void findsAnotherAmountAndAnotherDirection() {
    event("opened", "a", 0);
    event("deposited", "a", 99);
    event("deposited", "b", 30);
    assertThat(audit(129)).isEqualTo(new AccountAudit(0, 0, 0, 2, false));
  }

  @Test
  void findsABalanceThatIsNotTheSumOfTheHistory() {
    history();
    assertThat(audit(71)).isEqualTo(new AccountAudit(0, 0, 0, 0, false));
  }

  private void history() {
    event("opened", "a", 0);
    event("deposited", "a", 100);
    event("withdrawn", "b", 30);
  }

  private void event(String type, String operation, long amount) {
    events.add(new Event(events.size() + 1, type, operation, amount));
  }

  private AccountAudit audit(long balance) {
    return AccountAudit.of(balance, events, entries);
  }
}
