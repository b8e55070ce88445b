package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.node.Inside;
import dev.perdure.runtime.watch.Act;
import dev.perdure.runtime.watch.Bounds;
import dev.perdure.runtime.watch.Sign;
import dev.perdure.runtime.watch.Watch;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node that something is wrong with. */
class SelfWatchTest {

  @TempDir private Path directory;

  private static Watch.View view(RunningNode node, Sign sign) {
    return node.node().watch().views().stream()
        .filter(one -> one.sign() == sign)
        .findFirst()
        .orElseThrow();
  }

  private static boolean stands(RunningNode node, Sign sign) {
    return view(node, sign).stands();
  }

  private static Mode mode(RunningNode node) {
    return node.node().modes().state().mode();
  }

  @Test
  void aDiskThatStallsPutsItIntoBrownoutAndItReturnsByItself() {
    try (RunningNode node = RunningNode.open(directory)) {
      node.node().watch().bounds(Bounds.defaults().withForce(Duration.ofMillis(300)));
      node.until(() -> node.run("w", new Wallet.Deposit(1), null) instanceof Outcome.Done);
      Inside.slowForces(node.node(), Duration.ofMillis(400));
      node.until(
          () -> {
            node.run("w", new Wallet.Deposit(1), null);
            return mode(node) == Mode.BROWNOUT && stands(node, Sign.DISK);
          });
      assertThat(node.node().modes().state().why()).contains("forcing a log to disk takes");
      assertThat(view(node, Sign.DISK).evidence()).contains("300 ms");
      assertThat(node.run("w", new Wallet.Deposit(1), null))
          .as("writes go on")
          .isInstanceOf(Outcome.Done.class);
      Inside.slowForces(node.node(), Duration.ZERO);
      node.until(() -> mode(node) == Mode.NORMAL);
      assertThat(view(node, Sign.DISK).raised()).isEqualTo(1);
      assertThat(node.node().watch().why(Act.BROWNOUT)).isEmpty();
    }
  }

  @Test
  void seesThatTheProcessStoodStill() {
    SetClock clock = new SetClock();
    NodeOptions options = NodeOptions.of(directory).withShards(1).withClock(clock);
    try (RunningNode node = RunningNode.open(options, new Wallet.Bundle())) {
      node.node().watch().bounds(Bounds.defaults().withPauses(Duration.ofMillis(1_500)));
      clock.oversleep(1_700_000_000L);
      node.until(() -> stands(node, Sign.PAUSES) && mode(node) == Mode.BROWNOUT);
      assertThat(node.node().modes().state().why()).contains("stood still");
      assertThat(node.node().watch().stoodSeconds()).isGreaterThan(1.6);
      node.until(() -> mode(node) == Mode.NORMAL);
    }
  }
}
