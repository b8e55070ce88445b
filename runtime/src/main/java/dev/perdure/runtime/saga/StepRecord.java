package dev.perdure.runtime.saga;

import org.jspecify.annotations.Nullable;

/**
 * A step as the record has it.
 *
 * @param startedAt when it was intended, or a person said that it may be tried again
 * @param endedAt 0 if it has not
 * @param undone COMPENSATED or SKIPPED; null if neither
 * @param undoAttempts that failed, since a person last said anything
 * @param undoRound how often a person had its compensation tried again
 */
public record StepRecord(
    StepName step,
    Intent intent,
    StepOutcome outcome,
    long startedAt,
    long endedAt,
    @Nullable State undone,
    int undoAttempts,
    int undoRound,
    @Nullable String undoError) {

  /** Where a step stands. */
  public enum State {
    /** Intended; nobody knows its outcome yet. */
    RUNNING,
    DONE,
    /** Refused by the other side: not done. */
    REJECTED,
    /** Given up, and known not to be done. */
    FAILED,
    /** Given up, and nobody knows whether it was done. */
    UNKNOWN,
    /** Taken as done by a person. */
    SKIPPED,
    COMPENSATED
  }

  private static final StepOutcome NONE = new StepOutcome(State.RUNNING, null, null, null, 0);

  /** One that was just intended. */
  static StepRecord intended(StepName step, Intent intent, long at) {
    return new StepRecord(step, intent, NONE, at, 0, null, 0, 0, null);
  }

  public State state() {
    return outcome.state();
  }

  /** True if it is of a kind that changes something elsewhere. */
  public boolean acts() {
    return intent.kind().equals("command") || intent.kind().equals("call");
  }

  StepRecord with(StepOutcome other, long at) {
    long ended = other.state() == State.RUNNING ? 0 : at;
    return new StepRecord(
        step, intent, other, startedAt, ended, undone, undoAttempts, undoRound, undoError);
  }

  StepRecord undone(State how, int attempts) {
    return new StepRecord(
        step, intent, outcome, startedAt, endedAt, how, attempts, undoRound, undoError);
  }

  StepRecord undoFailed(int attempts, String error) {
    return new StepRecord(
        step, intent, outcome, startedAt, endedAt, undone, attempts, undoRound, error);
  }

  /** Its attempts count from now. */
  StepRecord again(long at) {
    StepOutcome fresh =
        state() == State.RUNNING ? new StepOutcome(State.RUNNING, null, null, null, 0) : outcome;
    return new StepRecord(step, intent, fresh, at, endedAt, undone, 0, undoRound, undoError);
  }

  StepRecord undoAgain() {
    return new StepRecord(
        step, intent, outcome, startedAt, endedAt, null, 0, undoRound + 1, undoError);
  }

  /** As a person says that it ended: whatever the code's arguments are. */
  StepRecord decided(StepOutcome other, long at) {
    Intent any = new Intent(intent.kind(), 0, intent.about(), intent.undo(), intent.until());
    return new StepRecord(
        step, any, other, startedAt, at, undone, undoAttempts, undoRound, undoError);
  }
}
