package dev.perdure.example.loans.replay;

import dev.perdure.client.PerdureClient;
import dev.perdure.example.loans.Work;
import dev.perdure.example.loans.log.LoanLog;
import dev.perdure.example.loans.log.LogFigures;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All of it: the log into the node, a desk that does the work meanwhile, and the comparison when
 * everything that follows from the log has happened. One object serves one run; {@link #progress},
 * {@link #counts} and {@link #stop} are for other threads.
 */
public final class ReplayRun {

  private final PerdureClient client;
  private final ReplayOptions options;
  private final Backlog.Source backlog;
  private final ReplayCounts counts = new ReplayCounts();
  private final Replay replay;
  private final Desk desk;
  private volatile String phase = "";

  /** A run against the node of a client; its time limit is how long the node may not answer. */
  public ReplayRun(PerdureClient client, ReplayOptions options, Backlog.Source backlog) {
    this.client = client;
    this.options = options;
    this.backlog = backlog;
    this.replay = new Replay(client, options, counts);
    this.desk = new Desk(client);
  }

  /** What became of the rows so far. */
  public ReplayCounts counts() {
    return counts;
  }

  /** What is done now; empty while rows are sent. */
  public String progress() {
    return phase;
  }

  /** Ends it after the requests that are under way; another run takes it up. */
  public void stop() {
    replay.stop();
  }

  /**
   * What came of it.
   *
   * @param node for the funnel
   */
  public record Result(ReplayReport report, NodeFigures node) {}

  /**
   * Runs.
   *
   * @param name of the log, for people
   * @param nowNs a monotonic clock
   */
  public Result run(LoanLog log, String name, LongSupplier nowNs) throws IOException {
    long startNs = nowNs.getAsLong();
    desk.open();
    LogFigures figures;
    long sentNs;
    Backlog left;
    try (desk) {
      figures = replay.run(log);
      stopped();
      sentNs = nowNs.getAsLong() - startNs;
      left = settle(figures.workOpen());
    }
    phase = "comparing applications, offers and work";
    NodeFigures node = new Inspection(client, options.giveUpAfter()).of(figures);
    List<Check> checks = Oracle.checks(figures, node, queue(figures.workOpen(), left));
    ReplayReport.Transfer transfer =
        ReplayReport.Transfer.of(
            counts, desk, new ReplayReport.Times(sentNs, nowNs.getAsLong() - startNs));
    ReplayReport report = ReplayReport.of(name, transfer, node, checks);
    return new Result(Oracle.isWhole(figures) ? report.ofWholeLog() : report, node);
  }

  private void stopped() {
    if (replay.stopped()) {
      throw new ReplayException("stopped");
    }
  }

  /** Waits as long as less and less is left to do. */
  private Backlog settle(long expected) {
    Waiting waiting = new Waiting(options.giveUpAfter());
    long least = Long.MAX_VALUE;
    @Nullable Backlog now = backlog.now();
    while (now == null || now.unreacted() > 0 || now.messages() > expected) {
      desk.check();
      stopped();
      if (now != null) {
        long open = now.unreacted() + now.messages();
        phase =
            "doing the work: %,d events, %,d messages".formatted(now.unreacted(), now.messages());
        if (open < least) {
          least = open;
          waiting = new Waiting(options.giveUpAfter());
        }
      }
      if (!waiting.again()) {
        if (now != null) {
          return now;
        }
        throw new ReplayException("no node says at its admin port what is left to do", true);
      }
      now = backlog.now();
    }
    return now;
  }

  private QueueCheck queue(long expected, Backlog left) {
    List<Work.Message> messages = desk.left(expected, options.giveUpAfter());
    long open = new HashSet<>(messages).stream().filter(one -> !desk.isDone(one)).count();
    return new QueueCheck(left, messages.size(), open);
  }

  /**
   * What is left on the queue.
   *
   * @param leased messages that a worker gets
   * @param open of these, those that are different and not done
   */
  record QueueCheck(Backlog backlog, long leased, long open) {}
}
