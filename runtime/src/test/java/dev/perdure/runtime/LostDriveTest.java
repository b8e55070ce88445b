package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A saga that is due is told of once, and not again for a minute: that its record could not be read
 * just then must not cost it that minute.
 */
class LostDriveTest {

  private static final EntityAddress SAGA = new EntityAddress("default", "script", "s");

  @TempDir Path directory;

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
      try (Drivers others = others(node, asked)) {
        others.due(0, SAGA, Long.MAX_VALUE);
        node.until(() -> runs.get() > before);
      }
      assertThat(asked.get()).as("what was not there at first").isGreaterThan(1);
    }
  }

  /** Drivers beside the node's own, that find no replica when they first look for one. */
  private static Drivers others(RunningNode node, AtomicInteger asked) {
    DriveParts parts =
        new DriveParts(
            node.node().types(),
            node.node().entities(),
            saga -> asked.getAndIncrement() == 0 ? null : Inside.shard(node.node(), 0),
            node.node().clock(),
            Entropy.system(),
            Duration.ofDays(1),
            Quota.NONE,
            Outside.unguarded(node.node().clock()),
            Set.of());
    return new Drivers(
        parts, 4, new SagaDoor(parts, (query, door) -> new Sagas.SagaPage(List.of(), null)));
  }
}
