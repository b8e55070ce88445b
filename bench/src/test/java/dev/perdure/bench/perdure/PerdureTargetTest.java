package dev.perdure.bench.perdure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.bench.load.Harness;
import dev.perdure.bench.load.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerdureTargetTest {

  @TempDir private Path directory;

  @Test
  void depositsWithAForceForEachGroupAndFindsTheirSumInTheBalances() throws Exception {
    Duration time = Duration.ofMillis(300);
    var plan = new Harness.Plan(List.of(16), 2_500, time, time, 1);
    try (PerdureTarget target = PerdureTarget.start(directory)) {
      Measurement measurement = new Harness(plan, line -> {}).measure(target).getFirst();
      assertThat(measurement.firstFailure()).isNull();
      assertThat(measurement.operations()).isPositive();
      // A closed loop cannot put more replies behind one force than there are callers.
      assertThat(measurement.operationsPerForce()).isPositive().isLessThanOrEqualTo(16);
    }
  }

  @Test
  void appliesAnOperationOnce() throws Exception {
    try (PerdureTarget target = PerdureTarget.start(directory)) {
      target.openAccounts(2);
      assertThat(target.deposit(1, "one", 500)).isEqualTo(500);
      assertThat(target.deposit(1, "two", 1)).isEqualTo(501);
      assertThat(target.deposit(1, "one", 500)).isEqualTo(500);
      assertThatThrownBy(() -> target.deposit(1, "one", 501)).isInstanceOf(IOException.class);
      assertThat(target.balanceTotalMinor()).hasValue(501);
    }
  }

  @Test
  void threeNodesHoldEachDeposit() throws Exception {
    try (PerdureTarget target = PerdureTarget.cluster(directory)) {
      target.openAccounts(20);
      assertThat(target.deposit(1, "one", 500)).isEqualTo(500);
      assertThat(target.deposit(1, "one", 500)).isEqualTo(500);
      assertThat(target.balanceTotalMinor()).hasValue(500);
      // Of three logs two at least are forced.
      assertThat(target.forces().orElseThrow()).isGreaterThan(2);
    }
  }
}
