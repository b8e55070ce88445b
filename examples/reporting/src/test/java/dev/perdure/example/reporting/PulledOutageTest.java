package dev.perdure.example.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.lab.cluster.check.Check;
import dev.perdure.lab.cluster.net.Network;
import dev.perdure.lab.outside.NotInstalled;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pulls the network of the gateway for notifications, of the reporting database and between the
 * nodes, for real: {@code ./perdure proof outage --pull} ({@code -Dproof.hold}, {@code
 * -Dproof.rate}). It takes minutes, so that no other test run has it.
 */
@Tag("proof")
class PulledOutageTest {

  private static final int HOLD_SECONDS = Integer.getInteger("proof.hold", 20);
  private static final int RATE = Integer.getInteger("proof.rate", 20);

  @TempDir private Path folder;

  /** Far more than all of it may take by the proof's own limits. */
  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void normalBrownoutReadOnlyAndBackByItself() throws Exception {
    Network.unavailable().ifPresent(PulledOutageTest::tell);
    Assumptions.assumeTrue(Network.unavailable().isEmpty(), () -> Network.unavailable().orElse(""));
    try (Pulled pulled = pulled();
        Door door = new Door();
        TransferLoad load =
            new TransferLoad(Pulled.NODES.stream().map(pulled::api).toList(), door, RATE)) {
      PulledProof proof = new PulledProof(pulled, door, load, HOLD_SECONDS);
      try {
        proof.run();
      } finally {
        proof.checks().forEach(PulledOutageTest::print);
      }
      assertThat(proof.checks()).isNotEmpty().allMatch(Check::held);
    }
  }

  private Pulled pulled() throws Exception {
    try {
      return new Pulled(folder);
    } catch (NotInstalled e) {
      tell(String.valueOf(e.getMessage()));
      return Assumptions.abort(e.getMessage());
    }
  }

  /** Whoever wanted a proof is told why there is none. */
  private static void tell(String why) {
    System.out.println("  skipped " + why);
  }

  private static void print(Check check) {
    System.out.printf(
        Locale.ROOT,
        "  %s  %-60s  %s%n",
        check.held() ? "held  " : "FAILED",
        check.statement(),
        check.found());
  }
}
