package dev.perdure.runtime.node;

import dev.perdure.kernel.Check;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.shard.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the shards: ends waits at their deadline, takes shards from user code that overran,
 * refuses writes while the disk is nearly full and allows them again, starts failed logs anew, and
 * opens replicas anew that could not be written.
 */
final class NodeWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);
  private static final long SWEEP_MS = 20;
  private static final long DISK_MS = 500;

  /** For how long a node whose log had failed should not lead. */
  private static final long FAILED_NS = 60_000_000_000L;

  /** After the first and after later attempts to start a failed log. */
  private static final long PAUSE_NS = 500_000_000;

  private static final long PAUSE_MAX_NS = 8_000_000_000L;

  private final NodeOptions options;
  private final DataDirectory data;
  private final ReplicaSet replicas;
  private final BiConsumer<Shard, String> damaged;
  private final Map<Integer, Pause> pauses = new HashMap<>();
  private final TornReplicas torn;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("node-watch").factory());

  private Supplier<String> leadElsewhere = () -> "";
  private boolean full;
  private boolean failedOnce;
  private long failedNs;

  /** Between attempts to start a log. */
  private record Pause(long ns, long untilNs) {}

  /**
   * The watch of a node.
   *
   * @param damaged told of logs that cannot be started as they are
   */
  NodeWatch(
      NodeOptions options,
      DataDirectory data,
      ReplicaSet replicas,
      BiConsumer<Shard, String> damaged) {
    this.damaged = damaged;
    this.options = options;
    this.data = data;
    this.replicas = replicas;
    this.torn = new TornReplicas(replicas, damaged);
  }

  /** Has somebody say why others should lead; empty if they need not. Before it starts. */
  NodeWatch heeds(Supplier<String> reason) {
    leadElsewhere = reason;
    return this;
  }

  void start() {
    var sweeps =
        timer.scheduleWithFixedDelay(
            guarded(() -> replicas.all().forEach(Shard::watch)),
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
    String reason =
        fullNow ? "the disk has " + free + " bytes left, " + reserve + " are kept free" : "";
    if (fullNow != full) {
      full = fullNow;
      LOG.warn(full ? "writes are refused: {}" : "writes are allowed again{}", reason);
      replicas.readOnly(reason);
    } else if (full) {
      replicas.readOnly(reason);
    }
    List<Shard> failed = replicas.all().stream().filter(Shard::logFailed).toList();
    long now = options.clock().monotonicNs();
    if (torn.look(now) || !failed.isEmpty()) {
      failedOnce = true;
      failedNs = now;
    }
    boolean failedLately = failedOnce && now - failedNs < FAILED_NS;
    replicas.refuses(
        full ? reason : failedLately ? failedAgo(now) : leadElsewhere.get(),
        !full && failed.isEmpty() && !torn.any());
    if (!full) {
      failed.forEach(shard -> restart(shard, now));
      torn.reload(now);
    }
  }

  private String failedAgo(long now) {
    return "its log or its store could not be written "
        + (now - failedNs) / 1_000_000_000
        + " s ago";
  }

  private void restart(Shard shard, long now) {
    int number = shard.number();
    Pause last = pauses.get(number);
    if (last != null && now - last.untilNs < 0) {
      return;
    }
    try {
      shard.restartJournal();
      pauses.remove(number);
      return;
    } catch (CorruptionException e) {
      LOG.error("{}", e.getMessage());
      damaged.accept(shard, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("shard {}: its log could not be started anew", number, e);
    }
    long pause = last == null ? PAUSE_NS : Math.min(PAUSE_MAX_NS, 2 * last.ns);
    pauses.put(number, new Pause(pause, now + pause));
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
