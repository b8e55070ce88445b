package dev.perdure.guard;

import dev.perdure.guard.policy.Reason;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What code gives in the place of a call that failed or was not sent: the outermost layer, when
 * everything that the call held has been given back.
 *
 * <p>An {@link Error} is nobody's to replace, and neither is an interrupt: who interrupts a thread
 * wants it to end, not to go on with something else. A fallback that throws has nothing to give;
 * then the call's own failure is told, with the other one suppressed in it.
 */
final class Instead {
  private Instead() {}

  /** The value in the place of this failure; or throws the failure. */
  static <T extends @Nullable Object, X extends Exception> T value(
      Steps steps, Exception failure, Function<? super Exception, ? extends T> fallback) throws X {
    Outcome<T> failed = new Outcome.Failed<>(failure);
    if (of(steps, failed, fallback) instanceof Outcome.Fallback<T> instead) {
      return instead.value();
    }
    throw Sneaky.<X>sneak(failure);
  }

  /** The outcome with the fallback's value, if it is a failure and there is one. */
  static <T extends @Nullable Object> Outcome<T> of(
      Steps steps, Outcome<T> outcome, Function<? super Exception, ? extends T> fallback) {
    Exception failure = replaceable(outcome);
    if (failure == null || Thread.currentThread().isInterrupted()) {
      return outcome;
    }
    T value;
    try {
      value = fallback.apply(failure);
    } catch (RuntimeException e) {
      if (!failure.equals(e)) {
        failure.addSuppressed(e);
      }
      return outcome;
    }
    steps.tally.fellBack(failure);
    return new Outcome.Fallback<>(value, failure);
  }

  private static @Nullable Exception replaceable(Outcome<?> outcome) {
    Throwable cause =
        switch (outcome) {
          case Outcome.Ok<?> ok -> null;
          case Outcome.Stale<?> stale -> null;
          case Outcome.Fallback<?> instead -> null;
          case Outcome.NotSent<?> not -> not.cause();
          case Outcome.TimedOut<?> out -> out.cause();
          case Outcome.Failed<?> failed -> failed.cause();
        };
    boolean interrupted =
        cause instanceof InterruptedException
            || cause instanceof ClosedByInterruptException
            || (cause instanceof NotSentException not && not.reason() == Reason.INTERRUPTED);
    return cause instanceof Exception failure && !interrupted ? failure : null;
  }

  /**
   * The same of an outcome that comes later. The fallback runs on a thread of its own, on behalf of
   * the same caller: the one that brings the failure may be that of everybody's time limits.
   */
  static <T extends @Nullable Object> CompletableFuture<Outcome<T>> later(
      Steps steps,
      CompletableFuture<Outcome<T>> sent,
      Function<? super Exception, ? extends T> fallback) {
    Caller caller = Caller.current();
    CompletableFuture<Outcome<T>> given = new CompletableFuture<>();
    CompletableFuture<Outcome<T>> unused =
        sent.whenComplete(
            (outcome, thrown) -> {
              if (thrown != null) {
                given.completeExceptionally(Kept.cause(thrown));
              } else if (replaceable(outcome) == null) {
                given.complete(outcome);
              } else if (!given.isDone()) {
                steps.time.fork(() -> give(given, caller, () -> of(steps, outcome, fallback)));
              }
            });
    CompletableFuture<Outcome<T>> unusedToo =
        given.whenComplete((outcome, thrown) -> sent.cancel(true));
    return given;
  }

  private static <T extends @Nullable Object> void give(
      CompletableFuture<Outcome<T>> given, Caller caller, Callable<Outcome<T>> outcome) {
    try {
      given.complete(caller.call(outcome));
    } catch (Throwable e) {
      given.completeExceptionally(e);
    }
  }
}
