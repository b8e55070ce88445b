package dev.perdure.testkit.degraded;

import static dev.perdure.testkit.degraded.Trial.require;
import static dev.perdure.testkit.degraded.Trial.until;

import dev.perdure.api.Capability;
import dev.perdure.api.SubscriptionOptions;
import dev.perdure.kernel.Clock;
import java.nio.file.Path;
import java.util.List;

/**
 * On a node the capability is forced, and a subscription with the options of one that needs it is
 * told nothing until it is back, and then everything, once and in order.
 */
record HandlerTrial(Capability declared, SubscriptionOptions options, Path data) {

  void holds() {
    Beats.Hearer hearer = new Beats.Hearer(options);
    try (Run run = Run.open(data, Clock.system(), Probed.of(declared, hearer))) {
      run.beat(1);
      until("it is told", () -> hearer.heard().size() == 1);
      run.force();
      run.beat(2);
      run.beat(3);
      until("it says why it waits", () -> error(run).startsWith("not-sent: "));
      require("told while it waits", hearer.heard(), List.of(1));
      run.release();
      until("it is told the rest", () -> hearer.heard().size() >= 3);
      require("told", hearer.heard(), List.of(1, 2, 3));
    }
  }

  private static String error(Run run) {
    return run.node().consumers().figures().stream()
        .map(one -> one.error())
        .filter(one -> !one.isEmpty())
        .findFirst()
        .orElse("");
  }
}
