package dev.perdure.runtime.shard;

import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
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
  void read(Executor beside) {
    if (parts.state().meta().nextOffset() <= AT_ONCE_MAX) {
      readNow();
    } else {
      readBeside(beside);
    }
  }

  void readNow() {
    long end = end();
    if (end > 0) {
      loop.repeats().index().read(generations(end));
    }
  }

  void readBeside(Executor beside) {
    long end = end();
    if (end == 0) {
      return;
    }
    loop.repeats().index().unread(0, end - 1);
    beside.execute(
        () -> {
          try {
            List<Generation> read = generations(end);
            loop.signal(() -> loop.repeats().index().read(read));
          } catch (RuntimeException e) {
            LOG.error("recorded operations could not be read; lookups stay slow", e);
          }
        });
  }

  static void onOwnThread(Runnable task) {
    Thread.ofPlatform().daemon().name("known-operations").start(task);
  }

  private long end() {
    return parts.has(PlantedBug.REPLY_LOST_BY_SNAPSHOT) ? 0 : parts.state().meta().nextOffset();
  }

  private List<Generation> generations(long end) {
    List<Generation> generations = new ArrayList<>();
    Generation current = loop.repeats().index().generation(0);
    try (StateStore.Scan rows =
        parts.state().store().scan(Keys.operations(0), Keys.operations(end))) {
      for (; rows.valid(); rows.next()) {
        OperationsRow row = OperationsRow.read(rows.value());
        for (int i = 0; i < row.hashes().length; i++) {
          if (current.full(row.offsets()[i])) {
            generations.add(current);
            current = loop.repeats().index().generation(row.offsets()[i]);
          }
          current.add(row.hashes()[i], row.offsets()[i]);
        }
      }
    }
    generations.add(current);
    return generations;
  }
}
