package dev.perdure.guard;

import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.policy.Reason;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call that answers with a stage: its attempts, one after the other, or two at a time when it
 * is hedged. Everything that decides is done under its lock; stages are begun, cancelled and
 * completed outside.
 */
final class AsyncCall<T extends @Nullable Object> {
  private final Dependency dependency;
  private final Steps steps;
  private final Plan plan;
  private final Call call;
  private final Caller caller = Caller.current();
  private final Priority priority;
  private final @Nullable String tenant;
  private final Function<Attempt, ? extends CompletionStage<T>> action;
  private final CompletableFuture<T> given = new CompletableFuture<>();
  private final long endNs;

  /** Attempts without a result; guarded by this. */
  private final Set<Try> open = new HashSet<>();

  private int begun;
  private boolean over;

  AsyncCall(
      Dependency dependency,
      Plan plan,
      Call call,
      Function<Attempt, ? extends CompletionStage<T>> action) {
    this.dependency = dependency;
    this.steps = dependency.steps();
    this.plan = plan;
    this.call = call;
    this.action = action;
    this.priority = Steps.priorityOf(call, caller);
    this.tenant = Steps.tenantOf(call, caller);
    this.endNs = caller.nearer(steps.time.nowNs() + plan.totalNs);
  }

  /** Begins the first attempt. */
  CompletableFuture<T> start() {
    CompletableFuture<T> unused = given.whenComplete((value, thrown) -> stop());
    begin(null);
    return given;
  }

  /** One attempt and its time limit. */
  private final class Try {
    final Attempt attempt;
    final long startNs;
    private boolean settled;
    private volatile @Nullable CompletionStage<T> stage;
    private volatile Time.@Nullable Timer limit;

    Try(Attempt attempt, long startNs) {
      this.attempt = attempt;
      this.startNs = startNs;
    }

    void run() {
      limit = steps.time.schedule(() -> ended(Ending.TIMED_OUT), attempt.endNs() - startNs);
      CompletionStage<T> begun;
      try {
        begun =
            caller.call(() -> Objects.requireNonNull(action.apply(attempt), "no stage was given"));
      } catch (Throwable e) {
        begun = CompletableFuture.failedStage(e);
      }
      stage = begun;
      if (isSettled()) {
        // Its time was over before there was anything to cancel.
        cancel();
      }
      begun.whenComplete(
          (value, thrown) -> {
            try {
              ended(thrown == null ? value : new Ending.Threw(Kept.cause(thrown)));
            } finally {
              steps.gate.release(attempt);
            }
          });
    }

    /** The first of result, time-out and abandonment counts. */
    void ended(@Nullable Object result) {
      boolean late;
      synchronized (AsyncCall.this) {
        late = settled;
        settled = true;
        open.remove(this);
      }
      if (late) {
        Steps.discard(call, result);
        return;
      }
      Ending ending;
      try {
        ending = steps.settle(plan, attempt, result, startNs);
      } catch (Throwable e) {
        // Whatever went wrong here, the caller gets an answer.
        ending = new Ending(e, null, false);
      }
      if (Ending.TIMED_OUT.equals(result)) {
        cancel();
      } else {
        stopTimer();
      }
      next(this, ending, result);
    }

    private boolean isSettled() {
      synchronized (AsyncCall.this) {
        return settled;
      }
    }

    private void stopTimer() {
      Time.Timer timer = limit;
      if (timer != null) {
        timer.cancel();
      }
    }

    void cancel() {
      stopTimer();
      CompletionStage<T> begun = stage;
      if (begun == null) {
        return;
      }
      try {
        begun.toCompletableFuture().cancel(true);
      } catch (RuntimeException e) {
        // Not every stage can be cancelled. This one keeps its permit until it ends.
      }
    }
  }

  private void begin(@Nullable Throwable last) {
    long start = steps.time.nowNs();
    Try one;
    synchronized (this) {
      if (over) {
        Steps.discard(call, last);
        return;
      }
      Attempt attempt = new Attempt(dependency, call, priority, begun + 1);
      attempt.endsAt(Dependency.sooner(start + plan.attemptNs, endNs));
      Reason refused = steps.begin(plan, attempt, tenant, start);
      if (refused != null) {
        if (open.isEmpty()) {
          fail(last == null ? steps.refuse(refused, tenant) : last);
        }
        return;
      }
      begun++;
      one = new Try(attempt, start);
      open.add(one);
    }
    Steps.discard(call, last);
    if (plan.hedged && begun == 1 && call.isIdempotent() && plan.attempts > 1) {
      hedgeLater(one);
    }
    one.run();
  }

  private void hedgeLater(Try first) {
    long afterNs = steps.gate.latency.percentile(plan.hedgePercentile);
    if (afterNs > 0 && afterNs < first.attempt.endNs() - first.startNs) {
      later(() -> hedge(first), afterNs);
    }
  }

  /** Not on the thread of the timer: an action that blocks must not keep others' time limits. */
  private void later(Runnable task, long delayNs) {
    steps.time.schedule(() -> steps.time.fork(task), delayNs);
  }

  private void hedge(Try first) {
    synchronized (this) {
      if (over
          || begun != 1
          || !open.contains(first)
          || !steps.gate.budget.tryTake(plan.budgetPercent, steps.time.nowNs())) {
        return;
      }
    }
    begin(null);
  }

  private void next(Try ended, @Nullable Ending ending, @Nullable Object result) {
    if (ending == null) {
      give(result);
      return;
    }
    synchronized (this) {
      if (over || !open.isEmpty()) {
        // The other one may still succeed.
        Steps.discard(call, result);
        return;
      }
    }
    long pauseNs = steps.pauseNs(plan, ended.attempt, ending, endNs);
    if (pauseNs != Steps.NONE) {
      later(() -> begin(ending.cause()), pauseNs);
    } else if (ending.valued()) {
      give(result);
    } else {
      fail(ending.cause());
    }
  }

  @SuppressWarnings("unchecked") // What an action gives is what it is said to give.
  private void give(@Nullable Object value) {
    if (!given.complete((T) value)) {
      Steps.discard(call, value);
    }
  }

  private void fail(Throwable cause) {
    if (!given.completeExceptionally(cause)) {
      Steps.discard(call, cause);
    }
  }

  /** Whatever still runs is of no use any more. */
  private void stop() {
    Set<Try> left;
    synchronized (this) {
      over = true;
      left = new HashSet<>(open);
      open.clear();
    }
    for (Try one : left) {
      one.ended(new Ending.Threw(new CancellationException()));
      one.cancel();
    }
  }
}
