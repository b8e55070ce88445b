package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.drive.DriveParts;
import dev.perdure.runtime.drive.Drivers;
import dev.perdure.runtime.drive.Quota;
import dev.perdure.runtime.drive.SagaDoor;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.node.Inside;
import dev.perdure.runtime.record.EntityAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A saga that is due is told of once, and not again for a minute: that its record could not be read
 * just then must not cost it that minute.
 */
class LostDriveTest {

  private static final EntityAddress SAGA = new EntityAddress("default", "script", "s");

  private static final long LONGEST_NS = 8_000_000_000L;

  /** How much less than they say pauses take here. */
  private static final int FASTER = 50;

  @TempDir Path directory;

  private static Clock hurried(Clock real) {
    return new Clock() {
      @Override
      public long wallMicros() {
        return real.wallMicros();
      }

      @Override
      public long monotonicNs() {
        return real.monotonicNs();
      }

      @Override
      public void parkNanos(long ns) {
        real.parkNanos(ns / FASTER);
      }
    };
  }

  @Test
  void whatCannotBeReadJustNowIsLookedAtAgainByWhoStillLeads() {
    AtomicInteger runs = new AtomicInteger();
    Script script =
        new Script(
            (it, saga) -> {
              runs.incrementAndGet();
              return saga.signal("go", String.class, Duration.ofDays(1)).orElse("nobody");
            });
    try (RunningNode node =
        RunningNode.open(NodeOptions.of(directory).withShards(1), Transfers.bundle(script))) {
      node.until(() -> node.node().health().writes());
      var started =
          node.node().sagas().start(SAGA, SagaTest.json("{\"what\":\"x\"}"), node.context());
      assertThat(started).isInstanceOf(Sagas.SagaAnswer.Seen.class);
      node.until(() -> node.node().drivers().driven() == 0);
      int before = runs.get();

      AtomicInteger asked = new AtomicInteger();
      try (Drivers others = others(node, asked, 1)) {
        others.due(0, SAGA, Long.MAX_VALUE);
        node.until(() -> runs.get() > before);
      }
    }
  }

  @Test
  void whatIsNotThereAtAllIsNotLookedForForEver() {
    Script script = new Script((it, saga) -> "");
    try (RunningNode node =
        RunningNode.open(NodeOptions.of(directory).withShards(1), Transfers.bundle(script))) {
      node.until(() -> node.node().health().writes());
      AtomicInteger asked = new AtomicInteger();
      try (Drivers others = others(node, asked, 0)) {
        others.due(0, new EntityAddress("default", "script", "nobody"), Long.MAX_VALUE);
        // Looked for at once and six times more, each of which also asks whether this node leads.
        node.until(() -> asked.get() >= 13);
        LockSupport.parkNanos(2 * LONGEST_NS / FASTER);
        assertThat(asked.get()).isEqualTo(13);
        assertThat(others.driven()).isZero();
      }
    }
  }

  /** Drivers beside the node's own, that find no replica the first times. */
  private static Drivers others(RunningNode node, AtomicInteger asked, int times) {
    DriveParts parts =
        new DriveParts(
            node.node().types(),
            node.node().entities(),
            saga -> asked.getAndIncrement() < times ? null : Inside.shard(node.node(), 0),
            hurried(node.node().clock()),
            Entropy.system(),
            Duration.ofDays(1),
            Quota.NONE,
            Outside.unguarded(node.node().clock()),
            Set.of());
    return new Drivers(
        parts, 4, new SagaDoor(parts, (query, door) -> new Sagas.SagaPage(List.of(), null)));
  }
}
