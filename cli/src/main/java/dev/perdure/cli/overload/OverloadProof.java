package dev.perdure.cli.overload;

import dev.perdure.cli.demo.Check;
import dev.perdure.cli.demo.NodeProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what a node can do, asks several times as much of it, and compares. Four classes of
 * priority and three tenants; one is hostile: it sends more than half of everything, and all of it
 * as the most urgent there is.
 */
final class OverloadProof implements AutoCloseable {

  static final String HOSTILE = "mallory";
  private static final double UNLOADED = 0.2;
  private static final double RECOVERED = 0.95;

  /** What a node may take beside its heap. */
  private static final long BESIDE_BYTES = 640L << 20;

  private static final int CLOSED_CONNECTIONS = 128;
  private static final long SAMPLE_NS = 200_000_000L;

  private final Path folder;
  private final Settings settings;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private volatile String phase = "starting";

  /**
   * How it is done.
   *
   * @param factor the load, as a multiple of the capacity
   * @param seconds of the load
   * @param calmSeconds of each measurement without overload
   * @param recoverySeconds of the measurement after it
   * @param heapBytes of the node, from its start on, as {@code PERDURE_HEAP} gives it
   * @param alone whether nothing else runs here: then the node gives way to its callers, who are to
   *     be as punctual as on machines of their own
   * @param nodeOptions of {@code run}, beside what the proof sets
   */
  record Settings(
      double factor,
      int seconds,
      int calmSeconds,
      int recoverySeconds,
      long heapBytes,
      boolean alone,
      List<String> nodeOptions) {}

  OverloadProof(Path folder, Settings settings) {
    this.folder = folder;
    this.settings = settings;
  }

  /** One line on how far it is. */
  String progress() {
    return phase;
  }

  OverloadReport run() throws IOException, InterruptedException {
    OverloadReport.Run guarded = once("with admission", "guarded", 0);
    OverloadReport.Run open = once("without admission", "open", guarded.capacity());
    List<Check> checks = checks(guarded);
    boolean held = checks.stream().allMatch(Check::held);
    return new OverloadReport(held, settings.factor(), settings.seconds(), guarded, open, checks);
  }

  /**
   * One run.
   *
   * @param known what the load is a multiple of; 0 for what is measured, with admission
   */
  private OverloadReport.Run once(String how, String name, double known)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(settings.nodeOptions());
    options.addAll(List.of("--set", "admission.enabled=" + (known == 0)));
    options.addAll(List.of("--set", "tenant.quotas=" + HOSTILE + " urgency=5"));
    Path own = Files.createDirectories(folder.resolve(name));
    String heap = "-Xms%1$dm -Xmx%1$dm".formatted(settings.heapBytes() >> 20);
    NodeProcess node = new NodeProcess(own, 1, options, Map.of("JAVA_TOOL_OPTIONS", heap));
    if (settings.alone()) {
      node.giveWay();
    }
    synchronized (nodes) {
      nodes.add(node);
    }
    phase = how + ": starting";
    node.start();
    node.awaitReady();
    Ledger ledger = new Ledger(node.apiUri());
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), node.apiUri().getPort());
    try (Callers callers = new Callers(address, ledger)) {
      return measure(how, new Subject(node, ledger, callers), known);
    } finally {
      node.end();
    }
  }

  private record Subject(NodeProcess node, Ledger ledger, Callers callers) {}

  private OverloadReport.Run measure(String how, Subject subject, double known)
      throws IOException, InterruptedException {
    Callers callers = subject.callers;
    warmUp(how, callers);
    phase = how + ": measuring the capacity";
    double capacity = capacity(callers, settings.calmSeconds());
    phase = how + ": measuring a fifth of it";
    Flow light = new Flow("light", "alice", 3, capacity * UNLOADED, CLOSED_CONNECTIONS);
    Tally unloaded = callers.run(List.of(light), settings.calmSeconds()).getFirst();
    double base = known == 0 ? capacity : known;
    double all = base * settings.factor();
    List<Flow> flows = flows(all, base);
    phase = "%s: %.0f a second for %d s".formatted(how, all, settings.seconds());
    List<Tally> tallies;
    long[] memory;
    try (Memory watched = new Memory(subject.node.pid())) {
      tallies = callers.run(flows, settings.seconds());
      memory = watched.startMaxNow();
    }
    phase = how + ": recovering";
    int recovery = recovery(callers, capacity);
    phase = how + ": comparing what was acknowledged with what is there";
    Ledger.Comparison comparison = subject.ledger.compare();
    List<OverloadReport.Line> lines = new ArrayList<>();
    long[] done = {};
    long[] late = {};
    for (int i = 0; i < flows.size(); i++) {
      lines.add(OverloadReport.Line.of(flows.get(i), tallies.get(i)));
      done = joined(done, tallies.get(i).latenciesNs());
      late = joined(late, tallies.get(i).lateNs());
    }
    Arrays.sort(done);
    Arrays.sort(late);
    return new OverloadReport.Run(
        capacity,
        OverloadReport.ms(unloaded.latenciesNs(), 0.99),
        OverloadReport.ms(unloaded.lateNs(), 0.99),
        OverloadReport.ms(done, 0.99),
        OverloadReport.ms(late, 0.99),
        recovery,
        memory[0],
        memory[1],
        memory[2],
        comparison.lost(),
        comparison.doubled(),
        lines);
  }

  /**
   * What is measured later, refusals among it, runs compiled then: the load itself, for a while.
   */
  private void warmUp(String how, Callers callers) throws IOException {
    phase = how + ": warming up";
    double capacity = capacity(callers, settings.calmSeconds());
    phase = how + ": rehearsing";
    callers.run(flows(capacity * settings.factor(), capacity), settings.calmSeconds());
  }

  private static long[] joined(long[] one, long[] other) {
    long[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static double capacity(Callers callers, int seconds) throws IOException {
    Flow closed = new Flow("closed", "alice", 3, 0, CLOSED_CONNECTIONS);
    int[] bySecond = callers.run(List.of(closed), seconds).getFirst().goodBySecond();
    Arrays.sort(bySecond);
    return bySecond[bySecond.length / 2];
  }

  /** In which second after the load as much is done again as before; -1 for none of the first. */
  private int recovery(Callers callers, double capacity) throws IOException {
    long loadEndNs = callers.endedNs();
    Flow closed = new Flow("closed", "alice", 3, 0, CLOSED_CONNECTIONS);
    int[] bySecond =
        callers.run(List.of(closed), settings.recoverySeconds()).getFirst().goodBySecond();
    long sinceNs = callers.beganNs() - loadEndNs;
    int before = (int) Math.ceilDiv(sinceNs, 1_000_000_000L);
    for (int i = 0; i < bySecond.length; i++) {
      if (bySecond[i] >= capacity * RECOVERED) {
        return before + i + 1;
      }
    }
    return -1;
  }

  /** Critical and high callers ask for what a node can do; the rest is too much. */
  private static List<Flow> flows(double all, double capacity) {
    double critical = Math.min(capacity * 0.15, all / 8);
    double rest = all - 2 * critical;
    return List.of(
        new Flow("critical", "alice", 0, critical, 500),
        new Flow("high", "bob", 1, critical, 500),
        new Flow("normal", "alice", 3, rest * 0.15, 400),
        new Flow("normal", "bob", 3, rest * 0.15, 400),
        new Flow("sheddable", "bob", 6, rest * 0.1, 400),
        new Flow("hostile, asks for u=0", HOSTILE, 0, rest * 0.6, 1_200));
  }

  private List<Check> checks(OverloadReport.Run run) {
    List<Check> checks = new ArrayList<>();
    OverloadReport.Line critical = run.flows().getFirst();
    double share = critical.done() / (double) Math.max(1, critical.offered());
    long sheddable = run.flows().stream().skip(4).mapToLong(OverloadReport.Line::done).sum();
    check(
        checks,
        "at least 99 % of what was critical was done",
        share >= 0.99,
        "%.2f %%, while %,d of the least important were done".formatted(share * 100, sheddable));
    double times = run.overloadP99Ms() / Math.max(0.001, run.unloadedP99Ms());
    check(
        checks,
        "p99 of what was done at most three times that of a fifth of the capacity",
        times <= 3,
        "%.1f ms and %.1f ms: %.1f times"
            .formatted(run.overloadP99Ms(), run.unloadedP99Ms(), times));
    check(
        checks,
        "95 %% of the capacity again within %d s".formatted(settings.recoverySeconds()),
        run.recoverySeconds() > 0 && run.recoverySeconds() <= settings.recoverySeconds(),
        run.recoverySeconds() > 0 ? "in second " + run.recoverySeconds() : "in none of them");
    check(
        checks,
        "memory bounded by the heap of %d MiB and %d MiB beside it"
            .formatted(settings.heapBytes() >> 20, BESIDE_BYTES >> 20),
        run.rssMaxBytes() <= settings.heapBytes() + BESIDE_BYTES,
        "%d MiB before, at most %d MiB"
            .formatted(run.rssStartBytes() >> 20, run.rssMaxBytes() >> 20));
    check(
        checks,
        "nothing lost and nothing done twice",
        run.lost() == 0 && run.doubled() == 0,
        "%d lost, %d doubled".formatted(run.lost(), run.doubled()));
    return checks;
  }

  private static void check(List<Check> checks, String statement, boolean held, String found) {
    checks.add(new Check(statement, held, found));
  }

  /** Looks at a process's memory now and then. */
  private static final class Memory implements AutoCloseable {
    private final Path status;
    private final long start;
    private final AtomicLong max = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread watcher;

    Memory(long pid) throws IOException {
      this.status = Path.of("/proc", Long.toString(pid), "status");
      this.start = read();
      this.max.set(start);
      this.watcher = Thread.ofPlatform().daemon().name("proof-memory").start(this::watch);
    }

    private void watch() {
      while (!over.get()) {
        LockSupport.parkNanos(SAMPLE_NS);
        try {
          max.accumulateAndGet(read(), Math::max);
        } catch (IOException e) {
          return; // the process is gone, and whoever talks to it says so
        }
      }
    }

    private long read() throws IOException {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          String number = line.substring(6).toLowerCase(Locale.ROOT).replace("kb", "").strip();
          return Long.parseLong(number) << 10;
        }
      }
      return 0;
    }

    long[] startMaxNow() throws IOException {
      long now = read();
      return new long[] {start, Math.max(max.get(), now), now};
    }

    @Override
    public void close() {
      over.set(true);
      LockSupport.unpark(watcher);
    }
  }

  @Override
  public void close() {
    synchronized (nodes) {
      nodes.forEach(NodeProcess::end);
    }
  }
}
