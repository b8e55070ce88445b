package dev.perdure.guard;

import dev.perdure.guard.breaker.Result;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.policy.Reason;
import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The steps of an attempt that are the same on the caller's thread and with stages. */
@SuppressWarnings("ReferenceEquality") // Ending.TIMED_OUT and Verdict.OK are told by identity.
final class Steps {
  /** There is no next attempt. */
  static final long NONE = -1;

  final String name;
  final Time time;
  final Gate gate;
  final Tally tally;
  private final Judge judge;

  Steps(String name, Policy policy, Guard guard) {
    this.name = name;
    this.time = guard.time();
    this.judge = guard.judge(name);
    this.tally = new Tally(name, guard.listener());
    this.gate = new Gate(policy, time, guard.untenanted(name), tally::breaker);
  }

  static Priority priorityOf(Call call, Caller caller) {
    Priority own = call.priority() == null ? caller.priority() : call.priority();
    return own == null ? Priority.NORMAL : own;
  }

  static @Nullable String tenantOf(Call call, Caller caller) {
    return call.tenant() == null ? caller.tenant() : call.tenant();
  }

  /** Lets an attempt through that has its end already; or says why not. */
  @Nullable Reason begin(Plan plan, Attempt attempt, @Nullable String tenant, long startNs) {
    if (attempt.endNs() - startNs <= 0) {
      return Reason.DEADLINE;
    }
    Reason refused = gate.enter(attempt, plan, tenant, startNs);
    if (refused == null) {
      if (attempt.number() == 1) {
        gate.budget.add();
      } else {
        tally.repeated(attempt.number());
      }
    }
    return refused;
  }

  NotSentException refuse(Reason reason, @Nullable String tenant) {
    tally.refused(reason, tenant);
    return new NotSentException(name, reason, tenant);
  }

  /**
   * Counts what became of an attempt.
   *
   * @param result the value; or what was thrown; or that no answer came in time
   * @return null when the value is the call's
   */
  @Nullable Ending settle(Plan plan, Attempt attempt, @Nullable Object result, long startNs) {
    long now = time.nowNs();
    boolean inTime = result != Ending.TIMED_OUT;
    Object told = result;
    Verdict verdict;
    try {
      verdict = verdict(result);
    } catch (Throwable e) {
      // A judge that throws is a mistake for the caller to see; of the dependency it says nothing.
      verdict = null;
      told = new Ending.Threw(e);
    }
    Result counts;
    if (verdict == null || (!inTime && !plan.wasPatient(attempt.endNs() - startNs))) {
      counts = Result.UNKNOWN;
    } else {
      counts = verdict.failed() ? Result.BAD : Result.GOOD;
    }
    if (!gate.settle(attempt, counts, now)) {
      tally.late();
    }
    if (counts == Result.GOOD || (counts == Result.BAD && !inTime)) {
      gate.underWay.learn(now - startNs, now);
    }
    if (plan.hedged && counts == Result.GOOD) {
      gate.latency.add(now - startNs);
    }
    tally.ended(attempt, verdict, now - startNs);
    if (!(told instanceof Ending.Threw)
        && verdict != null
        && (verdict == Verdict.OK || !(verdict.failed() || plan.retries(verdict)))) {
      return null;
    }
    if (verdict == null || verdict.failed()) {
      tally.failed(inTime);
    }
    return ending(attempt, verdict, told, now - startNs);
  }

  private Ending ending(
      Attempt attempt, @Nullable Verdict verdict, @Nullable Object result, long tookNs) {
    if (result instanceof Ending.Threw threw) {
      return new Ending(threw.thrown(), verdict, false);
    }
    if (result == Ending.TIMED_OUT) {
      Throwable cause = new TimedOutException(name, tookNs, attempt.number());
      return new Ending(cause, verdict, false);
    }
    Verdict known = Objects.requireNonNull(verdict);
    Throwable cause = new FailedResultException(name, known.kind(), result);
    return new Ending(cause, verdict, !known.failed());
  }

  /**
   * May this value, which a call gave, be given again? A refusal, or that nothing is there, is an
   * answer to this call alone.
   */
  boolean worthKeeping(@Nullable Object value) {
    return judge.value(value).worthKeeping();
  }

  private @Nullable Verdict verdict(@Nullable Object result) {
    if (result == Ending.TIMED_OUT) {
      return Verdict.TIMEOUT;
    }
    if (!(result instanceof Ending.Threw threw)) {
      return judge.value(result);
    }
    Throwable thrown = threw.thrown();
    boolean nothing =
        thrown instanceof Error
            || thrown instanceof GuardException
            || thrown instanceof InterruptedException
            || thrown instanceof ClosedByInterruptException
            || thrown instanceof CancellationException
            || Thread.currentThread().isInterrupted();
    return nothing ? null : judge.thrown(thrown);
  }

  /**
   * The pause before the next attempt, paid for out of the budget.
   *
   * @param endNs when the whole call ends: a pause that would outlast it is not begun
   * @return {@link #NONE} if there is no next attempt
   */
  long pauseNs(Plan plan, Attempt attempt, Ending ending, long endNs) {
    Verdict verdict = ending.verdict();
    if (verdict == null
        || !attempt.call().isIdempotent()
        || attempt.number() >= plan.attempts
        || !plan.retries(verdict)) {
      return NONE;
    }
    long now = time.nowNs();
    long pauseNs = plan.pauseNs(attempt.number() + 1, time.random());
    boolean worth = now + pauseNs - endNs < 0;
    return worth && gate.budget.tryTake(plan.budgetPercent, now) ? pauseNs : NONE;
  }

  /**
   * Nobody gets this: a value, or the exception that carries it. Closing may block, and nobody
   * should wait for it.
   */
  static void discard(Call call, @Nullable Object result) {
    Consumer<Object> discard = call.discard();
    Object value = result instanceof FailedResultException failed ? failed.value() : result;
    if (discard == null
        || value == null
        || value == Ending.TIMED_OUT
        || value instanceof Ending.Threw
        || value instanceof Throwable) {
      return;
    }
    Thread.startVirtualThread(
        () -> {
          try {
            discard.accept(value);
          } catch (RuntimeException e) {
            // Nobody is there to be told.
          }
        });
  }
}
