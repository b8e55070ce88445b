package dev.perdure.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HarnessTest {

  private static final Duration SHORT = Duration.ofMillis(60);

  private final List<String> progress = new ArrayList<>();

  private Harness harness(Duration measured, Integer... callers) {
    return new Harness(new Harness.Plan(List.of(callers), 100, SHORT, measured, 1), progress::add);
  }

  @Test
  void measuresEachNumberOfCallersAndComparesBalances() throws Exception {
    List<Measurement> measurements = harness(SHORT, 1, 16).measure(new MemoryTarget());
    assertThat(measurements).extracting(Measurement::callers).containsExactly(1, 16);
    assertThat(measurements)
        .allSatisfy(
            each -> {
              assertThat(each.failures()).isZero();
              assertThat(each.operations()).isPositive();
              assertThat(each.latency().p50Us()).isLessThanOrEqualTo(each.latency().maxUs());
              assertThat(each.cpu().outsideUs()).isZero();
              assertThat(each.storedBytesPerOperation()).isNull();
            });
    assertThat(progress)
        .containsExactly(
            "memory: opening 100 accounts",
            "memory: warm-up with 16 callers",
            "memory: 1 callers",
            "memory: 16 callers");
  }

  @Test
  void samplesEveryWholeSecond() throws Exception {
    Measurement measurement =
        harness(Duration.ofSeconds(1), 2).measure(new MemoryTarget()).getFirst();
    assertThat(measurement.operationsPerSecond()).hasSize(1);
    assertThat(measurement.slowestSecond())
        .isPositive()
        .isLessThanOrEqualTo((double) measurement.operations());
  }

  @Test
  void findsAnAcknowledgedDepositThatIsNotInTheBalances() {
    assertThatThrownBy(() -> harness(SHORT, 4).measure(MemoryTarget.losingEvery(10)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("an answer was lost or doubled");
  }

  @Test
  void reportsFailuresAndStopsTheirCallers() throws Exception {
    Measurement measurement = harness(SHORT, 4).measure(MemoryTarget.failingAfter(0)).getFirst();
    assertThat(measurement.operations()).isZero();
    // Four callers in the warm-up and four in the measurement, each once.
    assertThat(measurement.failures()).isEqualTo(8);
    assertThat(measurement.firstFailure()).contains("refused");
  }

  @Test
  void refusesAPlanWithoutTime() {
    assertThatThrownBy(() -> harness(Duration.ZERO, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("time measured");
  }
}
