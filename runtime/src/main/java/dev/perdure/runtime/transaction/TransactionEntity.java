package dev.perdure.runtime.transaction;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.runtime.record.EventsRow;
import dev.perdure.runtime.transaction.TransactionState.Refusal;
import dev.perdure.runtime.transaction.TransactionState.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decider of every transaction's record. Attempts are numbered; only the newest one can be
 * committed, and only once, so that whoever was told that one is over may act on it.
 */
@Named(TransactionEntity.TYPE)
public final class TransactionEntity
    implements Entity<TransactionState, TransactionCommand, TransactionEvent> {

  /** The type's name. */
  public static final String TYPE = EventsRow.HIDDEN_TRANSACTIONS;

  public static final String REUSED = "operation-id-reused";
  public static final String OVER = "attempt-over";

  /**
   * Where it stands.
   *
   * @param attempt the newest
   * @param waitMicros if it is another's and open, how long that may be so; else 0
   */
  public record Verdict(
      int attempt,
      Status status,
      long waitMicros,
      List<TransactionState.Part> results,
      @Nullable Refusal rejection) {}

  @Override
  public TransactionState initial() {
    return TransactionState.NOTHING;
  }

  @Override
  public Decision<TransactionEvent> decide(
      TransactionState state, TransactionCommand command, Operation operation) {
    long now = micros(operation.time());
    return switch (command) {
      case TransactionCommand.Begin begin -> begin(state, begin, now);
      case TransactionCommand.Commit commit -> commit(state, commit);
      case TransactionCommand.Abort abort -> abort(state, abort);
      case TransactionCommand.Resolve resolve -> resolve(state, resolve, now);
    };
  }

  private Decision<TransactionEvent> begin(
      TransactionState state, TransactionCommand.Begin begin, long now) {
    boolean known = state.status() != Status.NONE;
    if (known && state.fingerprint() != begin.fingerprint()) {
      return Decision.reject(REUSED, "the id was used for another transaction");
    }
    return switch (state.status()) {
      case COMMITTED, REJECTED -> Decision.answer(verdict(state, 0));
      case OPEN ->
          now < state.until()
              ? Decision.answer(verdict(state, state.until() - now))
              : begun(state, begin, now);
      case NONE, ABORTED -> begun(state, begin, now);
    };
  }

  /** A new attempt; one that is open is over with that. */
  private Decision<TransactionEvent> begun(
      TransactionState state, TransactionCommand.Begin begin, long now) {
    TransactionEvent event =
        new TransactionEvent.Begun(
            state.attempt() + 1, begin.fingerprint(), now + begin.holdMicros());
    return Decision.accept(event, verdict(evolve(state, event), 0));
  }

  private Decision<TransactionEvent> commit(
      TransactionState state, TransactionCommand.Commit commit) {
    if (commit.attempt() != state.attempt()) {
      return over(state);
    }
    return switch (state.status()) {
      case OPEN -> accept(state, new TransactionEvent.Committed(commit.results()));
      case COMMITTED -> Decision.answer(verdict(state, 0));
      case NONE, ABORTED, REJECTED -> over(state);
    };
  }

  private Decision<TransactionEvent> abort(TransactionState state, TransactionCommand.Abort abort) {
    if (tookEffect(state, abort.attempt())) {
      return over(state);
    }
    if (state.status() != Status.OPEN || abort.attempt() != state.attempt()) {
      return Decision.answer(verdict(state, 0));
    }
    Refusal rejection = abort.rejection();
    return accept(
        state,
        rejection == null
            ? new TransactionEvent.Aborted()
            : new TransactionEvent.Rejected(rejection));
  }

  private Decision<TransactionEvent> resolve(
      TransactionState state, TransactionCommand.Resolve resolve, long now) {
    if (resolve.attempt() != state.attempt() || state.status() != Status.OPEN) {
      return Decision.answer(verdict(state, 0));
    }
    return now < state.until()
        ? Decision.answer(verdict(state, state.until() - now))
        : accept(state, new TransactionEvent.Aborted());
  }

  /** True if this very attempt took effect. */
  private static boolean tookEffect(TransactionState state, int attempt) {
    return state.status() == Status.COMMITTED && state.attempt() == attempt;
  }

  private Decision<TransactionEvent> accept(TransactionState state, TransactionEvent event) {
    return Decision.accept(event, verdict(evolve(state, event), 0));
  }

  private static Decision<TransactionEvent> over(TransactionState state) {
    return Decision.reject(OVER, "attempt " + state.attempt() + " is " + state.status());
  }

  private static Verdict verdict(TransactionState state, long waitMicros) {
    return new Verdict(
        state.attempt(), state.status(), waitMicros, state.results(), state.rejection());
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
  }

  @Override
  public TransactionState evolve(TransactionState state, TransactionEvent event) {
    return switch (event) {
      case TransactionEvent.Begun begun ->
          new TransactionState(
              begun.attempt(), begun.fingerprint(), Status.OPEN, begun.until(), List.of(), null);
      case TransactionEvent.Committed committed ->
          state.is(Status.COMMITTED, committed.results(), null);
      case TransactionEvent.Aborted ignored -> state.is(Status.ABORTED, List.of(), null);
      case TransactionEvent.Rejected rejected ->
          state.is(Status.REJECTED, List.of(), rejected.refusal());
    };
  }
}
