package dev.perdure.guard;

import dev.perdure.guard.policy.Reason;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What code gives in the place of a call that failed or was not sent: the outermost layer, when
 * everything that the call held has been given back.
 *
 * <p>An {@link Error} is nobody's to replace, and neither is an interrupt: who interrupts a thread
 * wants it to end, not to go on with something else. A fallback that throws has nothing to give;
 * then the call's own failure is told, with the other one suppressed in it; but an {@link Error} of
 * the fallback is thrown itself, with the failure suppressed in it.
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
    } catch (Error e) {
      suppress(e, failure);
      throw e;
    } catch (Throwable e) {
      // Not only unchecked ones: other languages, and whoever throws sneakily, know no difference.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      suppress(failure, e);
      return outcome;
    }
    steps.tally.fellBack(failure);
    return new Outcome.Fallback<>(value, failure);
  }

  /** Unless one would then be found in itself: what walks through causes might never end. */
  private static void suppress(Throwable told, Throwable other) {
    if (!reaches(other, told)) {
      told.addSuppressed(other);
    }
  }

  @SuppressWarnings("ReferenceEquality") // Exceptions may say that they are equal to others.
  private static boolean reaches(Throwable from, Throwable to) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> next = new ArrayDeque<>(List.of(from));
    while (!next.isEmpty()) {
      Throwable one = next.remove();
      if (one == to) {
        return true;
      }
      if (seen.add(one)) {
        next.addAll(List.of(one.getSuppressed()));
        if (one.getCause() != null) {
          next.add(one.getCause());
        }
      }
    }
    return false;
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
      CompletableFuture<Outcome<T>> sent,
      Function<? super Exception, ? extends T> fallback,
      Untaken untaken) {
    Steps steps = untaken.steps();
    Caller caller = Caller.current();
    CompletableFuture<Outcome<T>> given = new CompletableFuture<>();
    CompletableFuture<Outcome<T>> unused =
        sent.whenComplete(
            (outcome, thrown) -> {
              if (thrown != null) {
                given.completeExceptionally(Kept.cause(thrown));
              } else if (replaceable(outcome) == null) {
                give(given, outcome, untaken);
              } else if (given.isDone()) {
                untaken.outcome(outcome);
              } else {
                steps.time.fork(
                    () -> {
                      try {
                        give(given, caller.call(() -> of(steps, outcome, fallback)), untaken);
                      } catch (Throwable e) {
                        given.completeExceptionally(e);
                      }
                    });
              }
            });
    CompletableFuture<Outcome<T>> unusedToo =
        given.whenComplete((outcome, thrown) -> sent.cancel(true));
    return given;
  }

  private static <T extends @Nullable Object> void give(
      CompletableFuture<Outcome<T>> given, Outcome<T> outcome, Untaken untaken) {
    if (!given.complete(outcome)) {
      untaken.outcome(outcome);
    }
  }
}
