package dev.perdure.cli.proof;

import dev.perdure.cli.demo.DemoNodes;
import dev.perdure.cli.loans.AdminBacklog;
import dev.perdure.client.PerdureClient;
import dev.perdure.example.loans.log.LoanLog;
import dev.perdure.example.loans.log.LogCase;
import dev.perdure.example.loans.log.LogFigures;
import dev.perdure.example.loans.replay.Check;
import dev.perdure.example.loans.replay.ReplayOptions;
import dev.perdure.example.loans.replay.ReplayRun;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Kills nodes with SIGKILL while a log of loan applications is replayed into them. */
final class LoansProof implements AutoCloseable {

  private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(2);
  private static final double RETRIES_PER_SECOND = 1_000;
  private static final long LOOK_NS = 1_000_000;

  private final Settings settings;
  private final DemoNodes nodes;
  private final Clock clock = Clock.system();
  private volatile @Nullable ReplayRun run;
  private volatile long rows;
  private volatile int killed;

  /**
   * A proof with a log.
   *
   * @param cases of the log, from its beginning
   */
  record Settings(Path log, int cases, int kills, int nodes, long seed) {}

  /**
   * How it went.
   *
   * @param readyMs from each new start of a process until a write would succeed
   */
  record Report(boolean held, ReplayRun.Result result, List<Long> readyMs, List<Check> checks) {}

  LoansProof(Path folder, Settings settings) {
    this.settings = settings;
    this.nodes = new DemoNodes(folder, settings.nodes(), Map.of("PERDURE_SERVICES", "loans"));
  }

  /** One line on how far it is. */
  String progress() {
    ReplayRun running = run;
    if (running == null) {
      return "starting";
    }
    return running.progress().isEmpty()
        ? "%,d of %,d rows, %d of %d kills"
            .formatted(running.counts().rowsDone(), rows, killed, settings.kills())
        : running.progress();
  }

  Report run() throws IOException {
    rows = count();
    nodes.form();
    ReplayOptions options = new ReplayOptions(8, 32, settings.cases(), GIVE_UP_AFTER);
    String[] apis = nodes.apiUris().stream().map(URI::toString).toArray(String[]::new);
    try (PerdureClient client =
        PerdureClient.builder(apis).timeout(GIVE_UP_AFTER).retries(1, RETRIES_PER_SECOND).build()) {
      ReplayRun replay = new ReplayRun(client, options, new AdminBacklog(nodes.adminUris()));
      run = replay;
      FutureTask<ReplayRun.Result> task = new FutureTask<>(() -> replay(replay));
      Thread.ofPlatform().name("replay").start(task);
      List<Long> readyMs = kills(replay, task);
      ReplayRun.Result result = result(task);
      List<Check> checks = new ArrayList<>(result.report().checks());
      checks.add(
          new Check(
              "nodes were killed in the middle of the replay",
              readyMs.size() == settings.kills(),
              "%d of %d times".formatted(readyMs.size(), settings.kills())));
      return new Report(checks.stream().allMatch(Check::held), result, readyMs, checks);
    }
  }

  private long count() throws IOException {
    LogFigures figures = new LogFigures();
    try (LoanLog log = LoanLog.open(settings.log())) {
      LogCase one = log.nextCase();
      while (one != null && figures.cases().size() < settings.cases()) {
        figures.add(one);
        one = log.nextCase();
      }
    }
    return figures.rows();
  }

  private ReplayRun.Result replay(ReplayRun replay) throws IOException {
    try (LoanLog log = LoanLog.open(settings.log())) {
      return replay.run(log, settings.log().toString(), clock::monotonicNs);
    }
  }

  private static ReplayRun.Result result(FutureTask<ReplayRun.Result> task) throws IOException {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Kills at moments spread over the rows. */
  private List<Long> kills(ReplayRun replay, FutureTask<ReplayRun.Result> task) {
    SplittableRandom random = new SplittableRandom(settings.seed());
    List<Long> readyMs = new ArrayList<>();
    for (int number = 1; number <= settings.kills(); number++) {
      double share = (number - 0.3 + random.nextDouble(0.6)) / (settings.kills() + 1);
      while ((double) replay.counts().rowsDone() / rows < share) {
        if (task.isDone()) {
          return readyMs;
        }
        LockSupport.parkNanos(LOOK_NS);
      }
      nodes.kill();
      killed = number;
      long startNs = clock.monotonicNs();
      nodes.start();
      nodes.awaitReady();
      readyMs.add((clock.monotonicNs() - startNs) / 1_000_000);
    }
    return readyMs;
  }

  @Override
  public void close() {
    ReplayRun running = run;
    if (running != null) {
      running.stop();
    }
    nodes.end();
  }
}
