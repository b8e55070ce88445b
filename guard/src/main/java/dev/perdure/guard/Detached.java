package dev.perdure.guard;

import dev.perdure.guard.policy.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Attempts on virtual threads of their own, and a caller that waits for one of them. */
final class Detached {
  private Detached() {}

  static <T extends @Nullable Object, X extends Exception> T send(
      Dependency dependency, Plan plan, Call call, Action<T, X> action) throws X {
    Caller caller = Caller.current();
    if (Thread.currentThread().isInterrupted()) {
      throw dependency.steps().refuse(Reason.INTERRUPTED, Steps.tenantOf(call, caller));
    }
    CompletableFuture<T> answer =
        new AsyncCall<T>(dependency, plan, call, attempt -> begin(caller, attempt, action)).start();
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw Sneaky.<X>sneak(Kept.cause(e.getCause() == null ? e : e.getCause()));
    } catch (InterruptedException e) {
      if (!answer.cancel(true) && !answer.isCompletedExceptionally()) {
        Steps.discard(call, answer.join());
      }
      throw Sneaky.<X>sneak(e);
    }
  }

  private static <T extends @Nullable Object> CompletionStage<T> begin(
      Caller caller, Attempt attempt, Action<T, ?> action) {
    Running<T> running = new Running<>();
    running.thread =
        Thread.ofVirtual()
            .name("perdure-guard-attempt")
            .unstarted(
                () -> {
                  try {
                    running.complete(caller.call(() -> action.attempt(attempt)));
                  } catch (Throwable e) {
                    running.completeExceptionally(e);
                  }
                });
    running.thread.start();
    return running;
  }

  /** Ends when its thread does, also when it is cancelled. */
  private static final class Running<T extends @Nullable Object> extends CompletableFuture<T> {
    private @Nullable Thread thread;

    @Override
    public boolean cancel(boolean mayInterrupt) {
      Thread running = thread;
      if (running != null) {
        running.interrupt();
      }
      return false;
    }
  }
}
