package dev.perdure.example.loans.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.example.loans.ApplicationState;
import dev.perdure.example.loans.WorkItem;
import dev.perdure.example.loans.log.LogCase;
import dev.perdure.example.loans.log.LogFigures;
import dev.perdure.example.loans.log.LogRow;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OracleTest {

  private static final LogCase CASE =
      new LogCase(
          "7",
          List.of(
              new LogRow(2, "7", "A_SUBMITTED", "COMPLETE", 300),
              new LogRow(3, "7", "A_PARTLYSUBMITTED", "COMPLETE", 300),
              new LogRow(4, "7", "W_Call", "SCHEDULE", 300),
              new LogRow(5, "7", "W_Call", "COMPLETE", 300),
              new LogRow(6, "7", "W_Call", "SCHEDULE", 300),
              new LogRow(7, "7", "A_DECLINED", "COMPLETE", 300)));
  private static final ReplayRun.QueueCheck QUEUE =
      new ReplayRun.QueueCheck(new Backlog(0, 0, 1), 1, 1);

  @Test
  void holdsIfTheNodeHasWhatTheLogSays() {
    List<Check> checks = checks(new WorkItem(2, 1, 0, 1, 1), 6, QUEUE);
    assertThat(checks).allMatch(Check::held);
    assertThat(checks).extracting(Check::statement).noneMatch(it -> it.startsWith("published"));
  }

  @Test
  void findsWhatIsDoubledOrLost() {
    assertThat(broken(new WorkItem(2, 1, 0, 1, 1), 7, QUEUE))
        .containsExactly("every event is there once: 7, not 6");
    assertThat(broken(new WorkItem(2, 1, 0, 1, 0), 6, QUEUE))
        .containsExactly("completions without a start: 0, not 1");
    assertThat(broken(new WorkItem(2, 0, 0, 2, 2), 6, QUEUE))
        .containsExactly(
            "work items completed: 2, not 1",
            "completions without a start: 2, not 1",
            "work items open at the end: 0, not 1");
  }

  @Test
  void findsWhatIsLeftOnTheQueueOrIsNot() {
    WorkItem work = new WorkItem(2, 1, 0, 1, 1);
    assertThat(broken(work, 6, new ReplayRun.QueueCheck(new Backlog(3, 2, 2), 2, 1)))
        .containsExactly(
            "messages on the queue: 2, not 1",
            "messages that a worker gets: 2, not 1",
            "events that no reaction has seen: 3, not 0",
            "dead letters: 2, not 0");
    assertThat(broken(work, 6, new ReplayRun.QueueCheck(new Backlog(0, 0, 1), 1, 0)))
        .containsExactly("different messages of open work: 0, not 1");
  }

  @Test
  void theFunnelShowsHowFarApplicationsCame() {
    NodeFigures node = node(new WorkItem(2, 1, 0, 1, 1), 6);
    assertThat(Funnel.applications(node))
        .contains(
            new Funnel.Row("partly submitted", 1, 1),
            new Funnel.Row("preaccepted", 0, 1),
            new Funnel.Row("declined", 1, 1));
    assertThat(Funnel.table(node))
        .contains("  declined                                   1  100.0 %  ████")
        .contains("  preaccepted                                0    0.0 %\n")
        .contains("  Call ");
  }

  private static List<String> broken(WorkItem work, long events, ReplayRun.QueueCheck queue) {
    return checks(work, events, queue).stream()
        .filter(check -> !check.held())
        .map(check -> check.statement() + ": " + check.found())
        .toList();
  }

  private static List<Check> checks(WorkItem work, long events, ReplayRun.QueueCheck queue) {
    LogFigures figures = new LogFigures();
    figures.add(CASE);
    return Oracle.checks(figures, node(work, events), queue);
  }

  private static NodeFigures node(WorkItem work, long events) {
    NodeFigures node = new NodeFigures();
    node.add(
        new ApplicationState(
            "declined",
            "declined",
            300,
            List.of("submitted", "partly-submitted", "declined"),
            List.of(),
            Map.of("Call", work)),
        events);
    return node;
  }
}
