package dev.perdure.runtime.saga;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Decision;
import dev.perdure.api.Operation;
import dev.perdure.runtime.saga.SagaCommand.Advance;
import dev.perdure.runtime.saga.SagaState.Phase;
import dev.perdure.runtime.saga.StepRecord.State;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The record of a saga by itself. */
class SagaEntityTest {

  private static final SagaLimits LIMITS = new SagaLimits(3, 100, 1_000, 2);
  private static final StepName ONE = new StepName("one", null);
  private static final UndoRecord UNDO = new UndoRecord(null, null, "undo", "{}", false);

  private final SagaEntity entity = new SagaEntity(LIMITS);
  private SagaState state = entity.initial();
  private long now = 1_000_000;

  private Decision<SagaEvent> tell(SagaCommand command) {
    now++;
    Instant time = Instant.ofEpochSecond(now / 1_000_000, now % 1_000_000 * 1000);
    Decision<SagaEvent> decision =
        entity.decide(state, command, new Operation("t", "s", "", "alice", time, 0));
    if (decision instanceof Decision.Accepted<SagaEvent> accepted) {
      for (SagaEvent event : accepted.events()) {
        state = entity.evolve(state, event);
      }
    }
    return decision;
  }

  private static String refusal(Decision<SagaEvent> decision) {
    return ((Decision.Rejected<SagaEvent>) decision).rejection().code();
  }

  private static int events(Decision<SagaEvent> decision) {
    return ((Decision.Accepted<SagaEvent>) decision).events().size();
  }

  private static SagaCommand.Intended intended(StepName step) {
    return new SagaCommand.Intended(step, new Intent("call", 7, "x", UNDO, null), 5);
  }

  private static SagaCommand.Ended ended(StepName step, String result) {
    return new SagaCommand.Ended(step, StepOutcome.done(result, 1), 6);
  }

  private static Advance advance(
      List<SagaCommand.Ended> ended,
      List<SagaCommand.Intended> intended,
      SagaCommand.@Nullable Last last) {
    return new Advance("d", ended, List.of(), null, intended, null, last);
  }

  private static Advance rest(long until) {
    return new Advance("d", List.of(), List.of(), null, List.of(), until, null);
  }

  private static SagaCommand.Last parked(boolean undoing) {
    return parked("stuck", undoing);
  }

  private static SagaCommand.Last parked(String code, boolean undoing) {
    return new SagaCommand.Last(null, new Parked(code, "why", ONE, undoing), false);
  }

  private static Advance notWanted() {
    return new Advance(
        "",
        List.of(),
        List.of(),
        new SagaCommand.Failed("cancelled", "not wanted"),
        List.of(),
        null,
        new SagaCommand.Last(null, null, true));
  }

  private void begun() {
    Advance first = advance(List.of(), List.of(intended(ONE)), null);
    assertThat(events(tell(new SagaCommand.Start("{}", null, null, "", 3, first)))).isEqualTo(2);
  }

  @Test
  void startAndFirstIntentAreOneCommand() {
    begun();
    assertThat(state.driver()).isEqualTo("d");
    assertThat(state.steps()).extracting(StepRecord::state).containsExactly(State.RUNNING);
    assertThat(entity.wakeAt(state)).isEqualTo(Instant.ofEpochSecond(1, 1_000));
    assertThat(events(tell(new SagaCommand.Start("{}", null, null, "", 9, null)))).isZero();
    assertThat(refusal(tell(new SagaCommand.Start("{\"a\":1}", null, null, "", 3, null))))
        .isEqualTo("saga-exists");
  }

  @Test
  void whatIsNotWantedIsStartedAndEndedInOneCommandAndNeverRuns() {
    Advance end = notWanted();
    SagaCommand.Start start = new SagaCommand.Start("{}", null, "t/p", "", 3, null);
    assertThat(events(tell(start.with(end)))).isEqualTo(3);
    assertThat(state.phase()).isEqualTo(Phase.COMPENSATED);
    assertThat(state.failure()).isEqualTo(new SagaState.Failure("cancelled", "not wanted", ""));
    assertThat(state.started().parent()).isEqualTo("t/p");
    assertThat(entity.wakeAt(state)).isNull();
    Advance first = advance(List.of(), List.of(intended(ONE)), null);
    assertThat(events(tell(start.with(first)))).isZero();
    assertThat(state.steps()).isEmpty();
  }

  @Test
  void whatIsThereIsNotEndedByAStartThatIsNotWanted() {
    begun();
    Advance end = notWanted();
    assertThat(events(tell(new SagaCommand.Start("{}", null, null, "", 9, end)))).isZero();
    assertThat(state.phase()).isEqualTo(Phase.FORWARD);
  }

  @Test
  void lastResultAndEndAreOneCommand() {
    begun();
    SagaCommand.Last end = new SagaCommand.Last("5", null, false);
    assertThat(events(tell(advance(List.of(ended(ONE, "1")), List.of(), end)))).isEqualTo(2);
    assertThat(state.phase()).isEqualTo(Phase.COMPLETED);
    assertThat(entity.wakeAt(state)).isNull();
    assertThat(refusal(tell(advance(List.of(), List.of(), null)))).isEqualTo("saga-ended");
    assertThat(refusal(tell(new SagaCommand.Signal("go", "1")))).isEqualTo("saga-ended");
    assertThat(events(tell(new SagaCommand.Cancel("late")))).isZero();
  }

  @Test
  void aSignalWakesWhoRestsAndNobodyElse() {
    begun();
    Instant before = entity.wakeAt(state);
    tell(new SagaCommand.Signal("go", "1"));
    assertThat(entity.wakeAt(state)).isEqualTo(before);
    tell(rest(9_000_000));
    assertThat(entity.wakeAt(state)).isEqualTo(Instant.ofEpochSecond(9));
    tell(new SagaCommand.Signal("go", "2"));
    assertThat(entity.wakeAt(state)).isBefore(Instant.ofEpochSecond(2)).isAfter(before);
    assertThat(refusal(tell(new SagaCommand.Signal("go", "3")))).isEqualTo("too-many-signals");
    assertThat(refusal(tell(new SagaCommand.Signal("go", "x".repeat(101)))))
        .isEqualTo("too-many-signals");
  }

  @Test
  void boundsHoldAndCancelIsStillPossible() {
    begun();
    StepName two = new StepName("two", null);
    StepName three = new StepName("three", "k");
    tell(advance(List.of(), List.of(intended(two), intended(three)), null));
    Advance more = advance(List.of(), List.of(intended(new StepName("four", null))), null);
    assertThat(refusal(tell(more))).isEqualTo("too-many-steps");
    assertThat(events(tell(new SagaCommand.Cancel("too long")))).isEqualTo(1);
    assertThat(state.failure()).isEqualTo(new SagaState.Failure("cancelled", "too long", "alice"));
    assertThat(refusal(tell(more))).isEqualTo("saga-stopped");
  }

  @Test
  void onlyWhatIsParkedIsDecided() {
    begun();
    assertThat(refusal(tell(new SagaCommand.Decide("retry", null, "r"))))
        .isEqualTo("saga-not-parked");
    tell(advance(List.of(), List.of(), parked(false)));
    assertThat(entity.wakeAt(state)).isEqualTo(Instant.MAX);
    tell(new SagaCommand.Decide("provide", "5", "r"));
    assertThat(state.parked()).isNull();
    assertThat(state.steps().getFirst().outcome().result()).isEqualTo("5");
    assertThat(state.steps().getFirst().intent().print()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"outcome-unknown", "child-not-ended", "child-not-cancelled"})
  void whatNobodyKnowsIsSaidByAPersonWhileItIsCompensated(String code) {
    begun();
    tell(new SagaCommand.Cancel("no"));
    tell(advance(List.of(), List.of(), parked(true)));
    assertThat(refusal(tell(new SagaCommand.Decide("provide", "5", "r"))))
        .isEqualTo("no-such-choice");
    tell(new SagaCommand.Decide("retry", null, "r"));
    tell(advance(List.of(), List.of(), parked(code, true)));
    assertThat(state.steps().getFirst().state()).isEqualTo(State.RUNNING);
    tell(new SagaCommand.Decide("provide", "5", "r"));
    assertThat(state.parked()).isNull();
    assertThat(state.phase()).isEqualTo(Phase.BACKWARD);
    assertThat(state.steps().getFirst().state()).isEqualTo(State.DONE);
    assertThat(state.steps().getFirst().undone()).isNull();
  }

  @Test
  void aCompensationIsRetriedAsAnotherOperation() {
    begun();
    tell(advance(List.of(ended(ONE, "1")), List.of(), null));
    tell(new SagaCommand.Cancel("no"));
    tell(advance(List.of(), List.of(), parked(true)));
    assertThat(refusal(tell(new SagaCommand.Decide("provide", "5", "r"))))
        .isEqualTo("no-such-choice");
    assertThat(refusal(tell(new SagaCommand.Decide("compensate", null, "r"))))
        .isEqualTo("no-such-choice");
    tell(new SagaCommand.Decide("retry", null, "r"));
    assertThat(state.steps().getFirst().undoRound()).isEqualTo(1);
    tell(advance(List.of(), List.of(), parked(true)));
    tell(new SagaCommand.Decide("skip", null, "r"));
    assertThat(state.steps().getFirst().undone()).isEqualTo(State.SKIPPED);
    assertThat(state.phase()).isEqualTo(Phase.BACKWARD);
  }
}
