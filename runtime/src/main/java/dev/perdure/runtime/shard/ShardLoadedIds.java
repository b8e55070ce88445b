package dev.perdure.runtime.shard;

import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads after a restart which operation ids are recorded. Few are read before the shard starts;
 * many are read beside its work, and until then every id may be one of them and is looked for in
 * its entity.
 */
final class ShardLoadedIds {

  private static final Logger LOG = LoggerFactory.getLogger(ShardLoadedIds.class);
  private static final int AT_ONCE_MAX = 50_000;

  private final ShardParts parts;
  private final ShardLoop loop;

  ShardLoadedIds(ShardParts parts, ShardLoop loop) {
    this.parts = parts;
    this.loop = loop;
  }

  /** Before the loop starts. */
  void read(boolean mayRunBeside) {
    long end = parts.state().meta().nextOffset();
    if (end == 0 || parts.has(PlantedBug.REPLY_LOST_BY_SNAPSHOT)) {
      return;
    }
    if (!mayRunBeside || end <= AT_ONCE_MAX) {
      loop.repeats().index().read(generations(end));
      return;
    }
    loop.repeats().index().unread(0, end - 1);
    Thread.ofPlatform()
        .daemon()
        .name("known-operations")
        .start(
            () -> {
              try {
                List<Generation> read = generations(end);
                loop.signal(() -> loop.repeats().index().read(read));
              } catch (RuntimeException e) {
                LOG.error("recorded operations could not be read; lookups stay slow", e);
              }
            });
  }

  private List<Generation> generations(long end) {
    List<Generation> generations = new ArrayList<>();
    Generation current = Generation.exact(0);
    try (StateStore.Scan rows =
        parts.state().store().scan(Keys.operations(0), Keys.operations(end))) {
      for (; rows.valid(); rows.next()) {
        OperationsRow row = OperationsRow.read(rows.value());
        for (int i = 0; i < row.hashes().length; i++) {
          if (current.full(row.offsets()[i])) {
            generations.add(current);
            current = Generation.exact(row.offsets()[i]);
          }
          current.add(row.hashes()[i], row.offsets()[i]);
        }
      }
    }
    generations.add(current);
    return generations;
  }
}
