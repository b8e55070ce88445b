package dev.perdure.journal.ratis;

import dev.perdure.journal.Journal;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Replica;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures one journal of one peer; nothing is asserted. Arguments: {@code write DIRECTORY SECONDS
 * OUTSTANDING BYTES} (system properties {@code preallocated} and {@code segment}), {@code fill
 * DIRECTORY MEBIBYTES} (ends without closing, like a kill), {@code restart DIRECTORY}.
 */
public final class JournalProbe {

  private static final long PROCESS_START =
      ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();

  private JournalProbe() {}

  public static void main(String[] args) {
    Path directory = Path.of(args[1]);
    switch (args[0]) {
      case "write" -> {
        long seconds = Long.parseLong(args[2]);
        int outstanding = Integer.parseInt(args[3]);
        int bytes = Integer.parseInt(args[4]);
        write(directory, seconds, outstanding, bytes);
      }
      case "fill" -> fill(directory, Long.parseLong(args[2]));
      case "restart" -> restart(directory);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void write(Path directory, long seconds, int outstanding, int bytes) {
    Meter meter = new Meter(outstanding);
    RatisSettings.Sizes sizes = RatisSettings.Sizes.DEFAULT;
    int preallocated = Integer.getInteger("preallocated", sizes.preallocatedBytes());
    RatisSettings settings =
        RatisSettings.of("n1", directory)
            .withSizes(
                new RatisSettings.Sizes(
                    Integer.getInteger("segment", sizes.segmentBytes()),
                    preallocated,
                    sizes.entryBytesMax(),
                    sizes.preservedEntries(),
                    sizes.keptBytesMax(),
                    sizes.snapshotEntries()));
    try (RatisJournals journals = RatisJournals.open(settings);
        Journal journal = journals.journal(0, meter)) {
      journal.start();
      long term = meter.awaitLeading();
      run(() -> journal.append(term, entry(bytes)), meter, 3);
      long syncs = journal.status().syncs();
      long entries = meter.applied.get();
      meter.used.set(0);
      long cpu = cpuNs();
      long start = System.nanoTime();
      run(() -> journal.append(term, entry(bytes)), meter, seconds);
      cpu = cpuNs() - cpu;
      double elapsed = (System.nanoTime() - start) / 1e9;
      entries = meter.applied.get() - entries;
      syncs = journal.status().syncs() - syncs;
      System.out.printf(
          "%d outstanding, %d B: %,.0f entries/s, %.1f MB/s, %s, %.2f entries a sync, %.0f µs of CPU an"
              + " entry, %d threads%n",
          outstanding,
          bytes,
          entries / elapsed,
          entries / elapsed * bytes / 1e6,
          meter.percentiles(),
          (double) entries / syncs,
          cpu / 1e3 / entries,
          Thread.activeCount());
    }
  }

  private static long cpuNs() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private static void run(Runnable append, Meter meter, long seconds) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      meter.window.acquireUninterruptibly();
      append.run();
    }
    meter.drain();
  }

  private static byte[] entry(int bytes) {
    byte[] entry = new byte[bytes];
    Arrays.fill(entry, (byte) 7);
    ByteBuffer.wrap(entry).putLong(System.nanoTime());
    return entry;
  }

  private static void fill(Path directory, long mebibytes) {
    Meter meter = new Meter(4);
    RatisJournals journals = RatisJournals.open(RatisSettings.of("n1", directory));
    Journal journal = journals.journal(0, meter);
    journal.start();
    long term = meter.awaitLeading();
    for (long i = 0; i < mebibytes * 32; i++) {
      meter.window.acquireUninterruptibly();
      journal.append(term, new byte[32 << 10]);
    }
    meter.drain();
    Runtime.getRuntime().halt(137);
  }

  private static void restart(Path directory) {
    Meter meter = new Meter(1);
    long main = System.currentTimeMillis();
    long cpuBefore = cpuNs();
    long open = System.nanoTime();
    RatisJournals journals = RatisJournals.open(RatisSettings.of("n1", directory));
    Journal journal = journals.journal(0, meter);
    long start = System.nanoTime();
    journal.start();
    long started = System.nanoTime();
    long term = meter.awaitLeading();
    long leading = System.nanoTime();
    meter.window.acquireUninterruptibly();
    journal.append(term, entry(256));
    meter.drain();
    long end = System.nanoTime();
    System.out.printf(
        "JVM %d ms, open %d ms, start %d ms, leading %d ms, first write %d ms, in all %d ms;"
            + " CPU %d + %d ms; %d entries applied, %d threads%n",
        main - PROCESS_START,
        (start - open) / 1_000_000,
        (started - start) / 1_000_000,
        (leading - started) / 1_000_000,
        (end - leading) / 1_000_000,
        (end - open) / 1_000_000,
        cpuBefore / 1_000_000,
        (cpuNs() - cpuBefore) / 1_000_000,
        meter.applied.get(),
        Thread.activeCount());
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (ThreadInfo thread : threads.dumpAllThreads(false, false)) {
      long cpuMs = threads.getThreadCpuTime(thread.getThreadId()) / 1_000_000;
      System.out.printf("%8d ms of CPU in %s%n", cpuMs, thread.getThreadName());
    }
    Runtime.getRuntime().exit(0);
  }

  /** Counts and times; the time of appending stands in an entry's first eight bytes. */
  private static final class Meter implements Replica {
    private final AtomicLong applied = new AtomicLong();
    private final Semaphore window;
    private final int outstanding;
    private final CountDownLatch leading = new CountDownLatch(1);
    private final long[] latencies = new long[4_000_000];
    private final AtomicInteger used = new AtomicInteger();
    private volatile long term;

    Meter(int outstanding) {
      this.outstanding = outstanding;
      this.window = new Semaphore(outstanding);
    }

    long awaitLeading() {
      try {
        leading.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      window.drainPermits();
      window.release(outstanding);
      return term;
    }

    void drain() {
      window.acquireUninterruptibly(outstanding);
      window.release(outstanding);
    }

    String percentiles() {
      long[] sorted = Arrays.copyOf(latencies, used.get());
      Arrays.sort(sorted);
      return String.format(
          "p50 %.3f p99 %.3f p99.9 %.3f ms", at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999));
    }

    private static double at(long[] sorted, double quantile) {
      return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * quantile)] / 1e6;
    }

    @Override
    public void apply(LogPosition position, ByteBuffer entry) {
      applied.incrementAndGet();
      int at = used.get();
      if (at < latencies.length) {
        latencies[at] = System.nanoTime() - entry.getLong(entry.position());
        used.set(at + 1);
      }
      window.release();
    }

    @Override
    public void leading(long term) {
      this.term = term;
      leading.countDown();
    }

    @Override
    public LogPosition applied() {
      return LogPosition.NONE;
    }

    @Override
    public LogPosition snapshot() {
      return LogPosition.NONE;
    }

    @Override
    public void skip(LogPosition position) {}

    @Override
    public void following(long term) {}

    @Override
    public void appendFailed(long term, Throwable cause) {
      cause.printStackTrace();
    }

    @Override
    public void logFailed(Throwable cause) {
      cause.printStackTrace();
    }

    @Override
    public void left(String leader, long firstIndex) {}

    @Override
    public void snapshotWanted() {}
  }
}
