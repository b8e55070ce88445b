package dev.perdure.bench.timer;

import dev.perdure.bench.load.DirectoryTree;
import dev.perdure.bench.load.Logs;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities.Waiting;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.EntityModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code timers}: what pending ones cost, and how punctual due ones are. */
@Command(
    name = "timers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Sets timers far ahead on an embedded node, and measures the heap that they take, a restart,"
          + " and how late others are that come due meanwhile.",
      ""
    },
    footer = {"", "Example:", "  ./perdure bench timers --pending 1000000"})
public final class TimersBench implements Callable<Integer> {

  private static final int DONE = 0;
  private static final int CHECK_FAILED = 3;
  private static final Clock CLOCK = Clock.system();
  private static final long HOUR_MICROS = 3_600_000_000L;
  private static final int IN_FLIGHT = 2_000;
  private static final int SPREAD_MICROS = 5_000_000;
  private static final long CACHE_BYTES = 16L << 20;
  private static final Pattern RANG = Pattern.compile("\"rangAt\":(\\d+)");

  @Option(
      names = "--pending",
      paramLabel = "N",
      description = "Timers that are not due (default: ${DEFAULT-VALUE}).")
  private int pending = 1_000_000;

  @Option(
      names = "--due",
      paramLabel = "N",
      description =
          "Timers that come due within five seconds, beside the others (default: ${DEFAULT-VALUE}).")
  private int due = 2_000;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "On the disk to be measured (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @Override
  public Integer call() throws Exception {
    Logs.warningsOnly();
    Path folder = Files.createTempDirectory(directory, "perdure-bench-timers-");
    try {
      return measure(folder) ? DONE : CHECK_FAILED;
    } finally {
      DirectoryTree.delete(folder);
    }
  }

  private boolean measure(Path folder) throws IOException {
    long before;
    long after;
    boolean punctual;
    try (Node node = open(folder)) {
      set(node, "warm", 10_000, i -> micros() + HOUR_MICROS + i);
      before = heapBytes();
      long fromNs = CLOCK.monotonicNs();
      set(node, "far", pending, i -> micros() + HOUR_MICROS + i);
      System.out.printf("set: %,.0f timers/s%n", pending / seconds(fromNs));
      after = heapBytes();
      System.out.printf(
          "pending: %,d; heap %,d bytes more, %.1f for each%n",
          waiting(node), after - before, (after - before) / (double) pending);
      punctual = punctual(node, "near");
    }
    long fromNs = CLOCK.monotonicNs();
    try (Node node = open(folder)) {
      set(node, "first", 1, i -> micros() + HOUR_MICROS);
      System.out.printf("restart: %.2f s to the first command%n", seconds(fromNs));
      punctual &= punctual(node, "again");
      long left = waiting(node);
      boolean all = left == pending + 10_001;
      System.out.printf("pending: %,d%s%n", left, all ? "" : ", which is WRONG");
      return punctual && all;
    }
  }

  private static double seconds(long fromNs) {
    return (CLOCK.monotonicNs() - fromNs) / 1e9;
  }

  private static long micros() {
    return CLOCK.wallMicros();
  }

  /** States of entities stay in a bounded cache, which is no part of what timers cost. */
  private static Node open(Path folder) {
    Node node =
        Node.open(
            NodeOptions.of(folder).withLimits(Limits.defaults().withCacheBytesMax(CACHE_BYTES)),
            List.of(new Alarm.Bundle()));
    while (!node.health().writes()) {
      LockSupport.parkNanos(1_000_000);
    }
    return node;
  }

  private static long waiting(Node node) {
    return node.figures().stream().map(ShardFigures::wakes).mapToLong(one -> one.pending()).sum();
  }

  private static long heapBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      LockSupport.parkNanos(200_000_000);
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  /** When the timer of a number is to ring. */
  private interface Times {
    long of(int number);
  }

  private static void set(Node node, String name, int count, Times times) throws IOException {
    EntityModel alarm = Objects.requireNonNull(node.types().find("alarm"));
    Deque<Waiting> waiting = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      waiting.add(
          node.entities()
              .submit(
                  new EntityCommand(
                      address(name, i),
                      alarm.body(new Alarm.Set(times.of(i))),
                      null,
                      Precondition.NONE,
                      context())));
      if (waiting.size() > IN_FLIGHT) {
        done(waiting.poll());
      }
    }
    while (!waiting.isEmpty()) {
      done(waiting.poll());
    }
  }

  private static void done(Waiting one) throws IOException {
    if (!(one.await() instanceof Outcome.Done)) {
      throw new IOException("a timer could not be set: " + one.await());
    }
  }

  private static EntityAddress address(String name, int number) {
    return new EntityAddress("default", "alarm", name + "-" + number);
  }

  private static CallContext context() {
    return new CallContext("bench", "", CLOCK.monotonicNs() + 30_000_000_000L);
  }

  /** Sets timers that are due soon, waits for them, and tells how late they were. */
  private boolean punctual(Node node, String name) throws IOException {
    long from = micros() + 2_000_000;
    long[] times = new long[due];
    for (int i = 0; i < due; i++) {
      times[i] = from + (long) i * SPREAD_MICROS / due;
    }
    set(node, name, due, i -> times[i]);
    long end = CLOCK.monotonicNs() + 20_000_000_000L;
    long[] late = new long[due];
    for (int i = 0; i < due; i++) {
      long rang = 0;
      while (rang == 0) {
        if (CLOCK.monotonicNs() > end) {
          System.out.println("timer " + i + " was LOST");
          return false;
        }
        LockSupport.parkNanos(500_000);
        rang = rangAt(node, address(name, i));
      }
      late[i] = rang - times[i];
    }
    Arrays.sort(late);
    System.out.printf(
        "late: p50 %.1f ms, p99 %.1f ms, max %.1f ms; none early%n",
        late[due / 2] / 1e3, late[due * 99 / 100] / 1e3, late[due - 1] / 1e3);
    return late[0] >= 0;
  }

  private static long rangAt(Node node, EntityAddress alarm) {
    Outcome read = node.entities().read(alarm, context(), false);
    if (read instanceof Outcome.Done done) {
      Matcher matcher = RANG.matcher(new String(done.body(), StandardCharsets.UTF_8));
      return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
    return 0;
  }
}
