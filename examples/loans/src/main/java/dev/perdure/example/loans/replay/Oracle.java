package dev.perdure.example.loans.replay;

import dev.perdure.example.loans.log.LogFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Holds what a node has against what the log says, and both against what is published of it. */
final class Oracle {

  private static final long PUBLISHED_CASES = 13_087;
  private static final long PUBLISHED_EVENTS = 262_200;

  private final LogFigures log;
  private final NodeFigures node;
  private final List<Check> checks = new ArrayList<>();

  private Oracle(LogFigures log, NodeFigures node) {
    this.log = log;
    this.node = node;
  }

  /**
   * Compares.
   *
   * @return every check; those of published figures only if it is the whole log
   */
  static List<Check> checks(LogFigures log, NodeFigures node, ReplayRun.QueueCheck queue) {
    Oracle oracle = new Oracle(log, node);
    oracle.log();
    oracle.queue(queue);
    if (isWhole(log)) {
      oracle.published();
    }
    return List.copyOf(oracle.checks);
  }

  /** True if it is as long as the published log: only then do published figures say anything. */
  static boolean isWhole(LogFigures log) {
    return log.cases().size() == PUBLISHED_CASES && log.rows() == PUBLISHED_EVENTS;
  }

  private void log() {
    equal("every application of the log is there", log.cases().size(), node.get("applications"));
    equal("every event is there once", log.rows(), node.get("events"));
    equal(
        "every application begins with its submission",
        log.cases().size() - log.begunOtherwise(),
        node.get("begun by submission"));
    equal("amounts asked for add up", log.amounts(), node.get("amounts"));
    for (String outcome : List.of("approved", "cancelled", "declined", "open")) {
      equal(outcome + " applications", log.outcome(outcome), node.get("outcome " + outcome));
    }
    equal("applications with two outcomes", log.twoOutcomes(), node.get("two outcomes"));
    for (String status :
        List.of("selected", "created", "sent", "sent-back", "accepted", "declined", "cancelled")) {
      String activity = "O_" + status.toUpperCase(Locale.ROOT).replace('-', '_');
      equal("offers " + status, log.count(activity), node.get("offers " + status));
    }
    long selected = log.count("O_SELECTED");
    equal("sagas of offers that ended", selected - log.offersOpen(), node.get("saga completed"));
    equal("sagas of offers that wait", log.offersOpen(), node.get("saga running"));
    equal("work items scheduled", log.work("SCHEDULE"), node.get("work scheduled"));
    equal("work items started", log.work("START"), node.get("work started"));
    equal("work items completed", log.work("COMPLETE"), node.get("work completed"));
    equal("completions without a start", log.unstarted(), node.get("work unstarted"));
    equal("work items open at the end", log.workOpen(), node.get("work open"));
  }

  private void queue(ReplayRun.QueueCheck queue) {
    equal("messages on the queue", log.workOpen(), queue.backlog().messages());
    equal("different messages of open work", log.workOpen(), queue.open());
    equal("messages that a worker gets", log.workOpen(), queue.leased());
    equal("events that no reaction has seen", 0, queue.backlog().unreacted());
    equal("dead letters", 0, queue.backlog().letters());
  }

  /** BPI Challenge 2012, doi 10.4121/uuid:3926db30-f712-4394-aebc-75976070e91f. */
  private void published() {
    published("events", PUBLISHED_EVENTS, node.get("events"));
    published("begun by submission", PUBLISHED_CASES, node.get("begun by submission"));
    published("approved", 2_246, node.get("outcome approved"));
    published("cancelled", 2_807, node.get("outcome cancelled"));
    published("declined", 7_635, node.get("outcome declined"));
    published("open", 399, node.get("outcome open"));
    published("with two outcomes", 0, node.get("two outcomes"));
    published("offers created", 7_030, node.get("offers created"));
    published("offers sent", 7_030, node.get("offers sent"));
    published("offers selected", 7_030, node.get("offers selected"));
    published("amounts", 177_634_511, node.get("amounts"));
    published("completions without a start", 1_044, node.get("work unstarted"));
  }

  private void published(String what, long expected, long found) {
    equal("published: " + what, expected, found);
  }

  private void equal(String statement, long expected, long found) {
    checks.add(
        new Check(
            statement,
            expected == found,
            expected == found
                ? String.format(Locale.ROOT, "%,d", found)
                : String.format(Locale.ROOT, "%,d, not %,d", found, expected)));
  }
}
