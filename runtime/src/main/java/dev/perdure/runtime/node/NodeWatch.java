package dev.perdure.runtime.node;

import dev.perdure.kernel.Check;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.shard.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the shards: ends waits at their deadline, takes shards from user code that overran,
 * refuses writes while the disk is nearly full and allows them again, starts failed logs anew.
 */
final class NodeWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);
  private static final long SWEEP_MS = 20;
  private static final long DISK_MS = 500;

  private final NodeOptions options;
  private final DataDirectory data;
  private final Supplier<Collection<Shard>> shards;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("node-watch").factory());
  private boolean full;

  NodeWatch(NodeOptions options, DataDirectory data, Supplier<Collection<Shard>> shards) {
    this.options = options;
    this.data = data;
    this.shards = shards;
  }

  void start() {
    var sweeps =
        timer.scheduleWithFixedDelay(
            guarded(() -> shards.get().forEach(Shard::watch)),
            SWEEP_MS,
            SWEEP_MS,
            TimeUnit.MILLISECONDS);
    var checks =
        timer.scheduleWithFixedDelay(
            guarded(this::checkDisk), DISK_MS, DISK_MS, TimeUnit.MILLISECONDS);
    Check.invariant(!sweeps.isDone() && !checks.isDone(), "the node's watch does not run");
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("node watch failed once, and goes on", e);
      }
    };
  }

  /** Compares free space with the reserve. Writes resume only well above it. */
  void checkDisk() {
    long free = free();
    long reserve = options.limits().diskFreeBytesMin();
    boolean fullNow = full ? free < reserve + reserve / 8 : free < reserve;
    if (fullNow != full) {
      full = fullNow;
      String reason =
          full ? "the disk has " + free + " bytes left, " + reserve + " are kept free" : "";
      LOG.warn(full ? "writes are refused: {}" : "writes are allowed again{}", reason);
      shards.get().forEach(shard -> shard.readOnly(reason));
    } else if (full) {
      shards
          .get()
          .forEach(
              shard ->
                  shard.readOnly(
                      "the disk has " + free + " bytes left, " + reserve + " are kept free"));
    }
    if (!full) {
      shards.get().stream()
          .filter(Shard::logFailed)
          .forEach(one -> guarded(one::restartJournal).run());
    }
  }

  private long free() {
    try {
      return Files.getFileStore(data.path()).getUsableSpace();
    } catch (IOException e) {
      LOG.error("free space cannot be read, writes are refused", e);
      return 0;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
