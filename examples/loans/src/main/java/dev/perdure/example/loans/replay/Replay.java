package dev.perdure.example.loans.replay;

import dev.perdure.client.PerdureClient;
import dev.perdure.example.loans.log.LoanLog;
import dev.perdure.example.loans.log.LogCase;
import dev.perdure.example.loans.log.LogFigures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Brings a log into a node, so many groups of cases at a time. One object serves one run. */
final class Replay {

  private final PerdureClient client;
  private final ReplayOptions options;
  private final ReplayCounts counts;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private volatile boolean stopped;

  /**
   * A replay.
   *
   * @param client its time limit is how long a node may not answer
   * @param counts is kept up to date as rows get their outcome
   */
  Replay(PerdureClient client, ReplayOptions options, ReplayCounts counts) {
    this.client = client;
    this.options = options;
    this.counts = counts;
  }

  /** Ends it after the requests that are under way; another run takes it up. */
  void stop() {
    stopped = true;
  }

  /** True if it was told to stop. */
  boolean stopped() {
    return stopped;
  }

  /**
   * Replays a log, and counts what it says.
   *
   * @return what the cases that were read say
   * @throws ReplayException if a node does not answer for too long, or refuses what it is asked for
   */
  LogFigures run(LoanLog log) throws IOException {
    LogFigures figures = new LogFigures();
    Semaphore free = new Semaphore(options.concurrency());
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<LogCase> cases = next(log, figures);
      while (!cases.isEmpty() && !stopped && failure.get() == null) {
        Group group = new Group(client, options, counts, cases);
        free.acquireUninterruptibly();
        executor.execute(
            () -> {
              try {
                group.run(() -> stopped || failure.get() != null);
              } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
              } finally {
                free.release();
              }
            });
        cases = next(log, figures);
      }
    }
    RuntimeException problem = failure.get();
    if (problem != null) {
      throw problem;
    }
    return figures;
  }

  private List<LogCase> next(LoanLog log, LogFigures figures) throws IOException {
    List<LogCase> cases = new ArrayList<>();
    while (cases.size() < options.cases() && figures.cases().size() < options.casesMax()) {
      LogCase one = log.nextCase();
      if (one == null) {
        break;
      }
      figures.add(one);
      cases.add(one);
    }
    return cases;
  }
}
