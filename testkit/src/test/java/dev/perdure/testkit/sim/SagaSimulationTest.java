package dev.perdure.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.testkit.Simulation;
import dev.perdure.testkit.SimulationTest;
import dev.perdure.testkit.bank.TransferWorkload;
import org.junit.jupiter.api.Test;

/** Sagas, driven by the production code, while machines stop, leaders change and calls fail. */
class SagaSimulationTest {

  @SimulationTest(workload = TransferWorkload.class, seeds = 2)
  void everySagaEndsCompletedOrCompensatedOrParked(Simulation simulation) {
    Summary summary = simulation.run();

    System.out.println(summary.text());
    assertThat(summary.probes().count(Probe.SAGA_COMPLETED)).isPositive();
  }

  @Test
  void runsTheSameForTheSameSeed() {
    Run.Result once = Run.of(3, new TransferWorkload(), Run.Options.DEFAULT);
    Run.Result again = Run.of(3, new TransferWorkload(), Run.Options.DEFAULT);

    assertThat(again.trace().lines()).isEqualTo(once.trace().lines());
    assertThat(again.trace().hash()).isEqualTo(once.trace().hash());
  }
}
