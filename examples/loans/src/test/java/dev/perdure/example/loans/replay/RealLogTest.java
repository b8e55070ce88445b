package dev.perdure.example.loans.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.api.Decision;
import dev.perdure.api.Operation;
import dev.perdure.example.loans.Application;
import dev.perdure.example.loans.ApplicationCommand;
import dev.perdure.example.loans.ApplicationEvent;
import dev.perdure.example.loans.ApplicationState;
import dev.perdure.example.loans.log.LoanLog;
import dev.perdure.example.loans.log.LogCase;
import dev.perdure.example.loans.log.LogFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses ../shared/data, beside the repository; skipped where that is absent. */
class RealLogTest {

  private static final Path FILE =
      Path.of(System.getProperty("perdure.root", "."))
          .resolve("../shared/data/dutch-bank-loan-applications.csv.gz")
          .normalize();
  private static final Operation OPERATION =
      new Operation("default", "a", "op", "tester", Instant.EPOCH, 1);

  private final Application application = new Application();

  @BeforeEach
  void needsTheFile() {
    assumeTrue(Files.exists(FILE), "skipped: real input " + FILE.getFileName() + " is not there");
  }

  /** The rules alone, without a node: a saga tells what it is signalled. */
  @Test
  void theRulesTakeEveryEventOfTheRealLogAndComeToItsFigures() throws IOException {
    LogFigures figures = new LogFigures();
    NodeFigures node = new NodeFigures();
    try (LoanLog log = LoanLog.open(FILE)) {
      for (LogCase one = log.nextCase(); one != null; one = log.nextCase()) {
        figures.add(one);
        ApplicationState state = application.initial();
        for (Action action : Script.of(one)) {
          state = next(state, action);
        }
        node.add(state, one.rows().size());
        for (ApplicationState.OfferState offer : state.offers()) {
          boolean ended = List.of("accepted", "declined", "cancelled").contains(offer.status());
          node.saga(ended ? "completed" : "running");
        }
      }
    }
    ReplayRun.QueueCheck queue = new ReplayRun.QueueCheck(new Backlog(0, 0, 67), 67, 67);
    List<Check> checks = Oracle.checks(figures, node, queue);
    assertThat(checks).allMatch(Check::held);
    assertThat(checks)
        .extracting(Check::statement)
        .contains("published: amounts", "published: completions without a start");
    assertThat(figures.rows()).isEqualTo(262_200);
    assertThat(figures.offersOpen()).isEqualTo(330);
  }

  private ApplicationState next(ApplicationState state, Action action) {
    ApplicationCommand command =
        switch (action) {
          case Action.Order order -> order.command();
          case Action.Tell tell ->
              new ApplicationCommand.MoveOffer(tell.offer(), tell.status().text());
        };
    Decision<ApplicationEvent> decision = application.decide(state, command, OPERATION);
    if (!(decision instanceof Decision.Accepted<ApplicationEvent> accepted)) {
      throw new AssertionError(action + " on " + state + ": " + decision);
    }
    ApplicationState next = state;
    for (ApplicationEvent event : accepted.events()) {
      next = application.evolve(next, event);
    }
    return next;
  }
}
