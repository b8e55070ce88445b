package dev.perdure.example.loans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.Decision;
import dev.perdure.api.Operation;
import dev.perdure.example.loans.ApplicationCommand.Advance;
import dev.perdure.example.loans.ApplicationCommand.CompleteWork;
import dev.perdure.example.loans.ApplicationCommand.MoveOffer;
import dev.perdure.example.loans.ApplicationCommand.ScheduleWork;
import dev.perdure.example.loans.ApplicationCommand.SelectOffer;
import dev.perdure.example.loans.ApplicationCommand.StartWork;
import dev.perdure.example.loans.ApplicationCommand.Submit;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApplicationTest {

  private static final Operation OPERATION =
      new Operation("default", "173688", "op-1", "tester", Instant.EPOCH, 1);

  private final Application application = new Application();
  private ApplicationState state = application.initial();

  @Test
  void nothingCanBeDoneBeforeItIsSubmittedAndThatOnlyOnce() {
    assertThat(rejected(new Advance("declined"))).isEqualTo("not-submitted");
    assertThat(rejected(new CompleteWork("call"))).isEqualTo("not-submitted");
    accepted(new Submit(20_000));
    assertThat(state.amount()).isEqualTo(20_000);
    assertThat(state.outcome()).isEqualTo(ApplicationState.OPEN);
    assertThat(rejected(new Submit(20_000))).isEqualTo("already-submitted");
  }

  @Test
  void stagesComeInTheirOrder() {
    accepted(new Submit(1));
    assertThat(rejected(new Advance("preaccepted"))).isEqualTo("not-in-order");
    advance("partly-submitted", "preaccepted");
    assertThat(rejected(new Advance("preaccepted"))).isEqualTo("not-in-order");
    assertThat(rejected(new Advance("finalized"))).isEqualTo("not-in-order");
    assertThat(rejected(new Advance("approved"))).isEqualTo("not-in-order");
    advance("accepted", "finalized");
    assertThat(state.stages())
        .containsExactly("submitted", "partly-submitted", "preaccepted", "accepted", "finalized");
  }

  @Test
  void threeDesksApproveInAnyOrderEachOnce() {
    for (List<String> order :
        List.of(
            List.of("registered", "activated", "approved"),
            List.of("approved", "registered", "activated"),
            List.of("activated", "approved", "registered"))) {
      finalized();
      advance(order.toArray(String[]::new));
      assertThat(state.outcome()).isEqualTo("approved");
      assertThat(rejected(new Advance(order.getFirst()))).isEqualTo("already-decided");
    }
  }

  @Test
  void nothingHasTwoOutcomes() {
    for (String outcome : List.of("approved", "registered", "activated", "declined", "cancelled")) {
      for (String other : List.of("declined", "cancelled")) {
        finalized();
        advance(outcome);
        assertThat(rejected(new Advance(other))).isEqualTo("already-decided");
      }
    }
    finalized();
    advance("declined");
    assertThat(rejected(new Advance("approved"))).isEqualTo("already-decided");
    assertThat(state.outcome()).isEqualTo("declined");
  }

  @Test
  void canBeDeclinedOrCancelledAtEveryStageBeforeItsOutcome() {
    for (String outcome : List.of("declined", "cancelled")) {
      state = application.initial();
      accepted(new Submit(1));
      advance("partly-submitted", outcome);
      finalized();
      advance(outcome);
      assertThat(state.outcome()).isEqualTo(outcome);
    }
  }

  @Test
  void offersAreMadeOnceItIsAcceptedAndGoOnInTheirOrder() {
    accepted(new Submit(1));
    assertThat(rejected(new SelectOffer())).isEqualTo("not-in-order");
    advance("partly-submitted", "preaccepted", "accepted");
    accepted(new SelectOffer());
    assertThat(rejected(new MoveOffer(2, "created"))).isEqualTo("no-such-offer");
    assertThat(rejected(new MoveOffer(0, "created"))).isEqualTo("no-such-offer");
    assertThat(rejected(new MoveOffer(1, "sent"))).isEqualTo("not-in-order");
    for (String to : List.of("created", "sent", "sent-back")) {
      accepted(new MoveOffer(1, to));
      assertThat(rejected(new MoveOffer(1, to))).isEqualTo("not-in-order");
    }
    accepted(new SelectOffer());
    accepted(new MoveOffer(1, "cancelled"));
    assertThat(rejected(new MoveOffer(1, "accepted"))).isEqualTo("not-in-order");
    assertThat(state.offers())
        .containsExactly(
            new ApplicationState.OfferState("cancelled", true),
            new ApplicationState.OfferState("selected", false));
  }

  @Test
  void offersAreLimitedAndEndAlthoughTheApplicationHasItsOutcome() {
    finalized();
    for (int i = 0; i < Application.OFFERS_MAX; i++) {
      accepted(new SelectOffer());
    }
    assertThat(rejected(new SelectOffer())).isEqualTo("too-many-offers");
    advance("cancelled");
    accepted(new MoveOffer(1, "cancelled"));
    assertThat(rejected(new SelectOffer())).isEqualTo("not-in-order");
  }

  @Test
  void completionsWithoutAStartAreAcceptedAndCounted() {
    accepted(new Submit(1));
    accepted(new CompleteWork("call"));
    assertThat(state.work("call").unstarted()).isEqualTo(1);
    accepted(new StartWork("call"));
    accepted(new StartWork("call"));
    accepted(new CompleteWork("call"));
    assertThat(state.work("call")).isEqualTo(new WorkItem(0, 0, 2, 2, 1));
    accepted(new CompleteWork("call"));
    assertThat(state.work("call")).isEqualTo(new WorkItem(0, 0, 2, 3, 2));
  }

  @Test
  void aCompletionDoesTheOldestWorkThatIsOpen() {
    accepted(new Submit(1));
    accepted(new ScheduleWork("call"));
    accepted(new ScheduleWork("call"));
    assertThat(state.work("call").isDone(1)).isFalse();
    accepted(new CompleteWork("call"));
    assertThat(state.work("call").isDone(1)).isTrue();
    assertThat(state.work("call").isDone(2)).isFalse();
    accepted(new CompleteWork("call"));
    accepted(new CompleteWork("call"));
    accepted(new ScheduleWork("call"));
    assertThat(state.work("call").isDone(2)).isTrue();
    assertThat(state.work("call").isDone(3)).isFalse();
  }

  @Test
  void kindsOfWorkAreLimited() {
    accepted(new Submit(1));
    for (int i = 0; i < Application.ITEMS_MAX; i++) {
      accepted(new ScheduleWork("item " + i));
    }
    assertThat(rejected(new StartWork("another"))).isEqualTo("too-many-items");
    accepted(new StartWork("item 0"));
  }

  @Test
  void commandsSayWhatIsWrongWithThem() {
    assertThatThrownBy(() -> new Submit(-1)).hasMessageContaining("amount is -1");
    assertThatThrownBy(() -> new Advance("perhaps"))
        .hasMessageContaining("'perhaps' is no stage")
        .hasMessageContaining("partly-submitted");
    assertThatThrownBy(() -> new MoveOffer(1, "lost")).hasMessageContaining("'lost' is no status");
    assertThatThrownBy(() -> new ScheduleWork(" ")).hasMessageContaining("item is ' '");
    assertThatThrownBy(() -> new StartWork("x".repeat(101))).hasMessageContaining("1 to 100");
  }

  private void finalized() {
    state = application.initial();
    accepted(new Submit(1));
    advance("partly-submitted", "preaccepted", "accepted", "finalized");
  }

  private void advance(String... stages) {
    for (String stage : stages) {
      accepted(new Advance(stage));
    }
  }

  private void accepted(ApplicationCommand command) {
    Decision<ApplicationEvent> decision = application.decide(state, command, OPERATION);
    assertThat(decision).as(command.toString()).isInstanceOf(Decision.Accepted.class);
    for (ApplicationEvent event : ((Decision.Accepted<ApplicationEvent>) decision).events()) {
      state = application.evolve(state, event);
    }
  }

  private String rejected(ApplicationCommand command) {
    Decision<ApplicationEvent> decision = application.decide(state, command, OPERATION);
    assertThat(decision).as(command.toString()).isInstanceOf(Decision.Rejected.class);
    return ((Decision.Rejected<ApplicationEvent>) decision).rejection().code();
  }
}
