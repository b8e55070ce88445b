package dev.perdure.guard;

import dev.perdure.guard.breaker.Generation;
import dev.perdure.guard.breaker.Tenant;
import dev.perdure.guard.cache.StaleCache;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.policy.Reason;
import dev.perdure.guard.policy.Stale;
import dev.perdure.guard.watch.Watchdog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A named thing outside that can fail. All calls to it go through here.
 *
 * <p>{@link #call} gives the value or throws: a {@link NotSentException}, a {@link
 * TimedOutException}, a {@link FailedResultException}, or what the call itself threw. {@link
 * #outcome} says the same as a value. {@link #callAsync} is for code that answers with a stage.
 * Each of them takes a fallback too: {@link #callOr}.
 */
public final class Dependency {
  private final Steps steps;
  private final Time time;
  private final Watchdog watchdog;
  private final StaleCache cache;
  private volatile Plan plan;

  Dependency(String name, Policy policy, Guard guard) {
    this.steps = new Steps(name, policy, guard);
    this.time = guard.time();
    this.watchdog = guard.watchdog();
    this.plan = new Plan(policy, null, time.nowNs());
    this.cache = new StaleCache(entries(policy));
  }

  private static int entries(Policy policy) {
    Stale stale = policy.stale();
    return stale == null ? 1 : stale.entries();
  }

  /** Its name. */
  public String name() {
    return steps.name;
  }

  /** The policy in force. */
  public Policy policy() {
    return plan.policy;
  }

  /**
   * Calls.
   *
   * @return what the call gave; or an older value, if the policy and the call allow one and it
   *     failed
   * @throws X what the call throws
   * @throws GuardException what the guard has to say
   */
  public <T extends @Nullable Object, X extends Exception> T call(Call call, Action<T, X> action)
      throws X {
    Plan now = plan;
    if (now.stale == null || call.cached() == null) {
      return send(now, call, action);
    }
    return Kept.valueOf(this.<T>kept(now.stale, call).outcome(() -> send(now, call, action)));
  }

  /** Calls, and says what became of it. Only an {@link Error} is thrown. */
  public <T extends @Nullable Object, X extends Exception> Outcome<T> outcome(
      Call call, Action<T, X> action) {
    Plan now = plan;
    if (now.stale == null || call.cached() == null) {
      return Kept.outcomeOf(() -> send(now, call, action));
    }
    return this.<T>kept(now.stale, call).outcome(() -> send(now, call, action));
  }

  /**
   * Calls what answers with a stage. The stage is cancelled when its time is over; its permit is
   * given back when it ends.
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Call call, Function<Attempt, ? extends CompletionStage<T>> action) {
    Plan now = plan;
    if (now.stale == null || call.cached() == null) {
      return new AsyncCall<T>(this, now, call, action).start();
    }
    return Kept.valueOf(outcomeAsync(now, call, action), untaken(now, call));
  }

  /**
   * The same, and says what became of the call. Only an {@link Error} completes it exceptionally;
   * cancelling it cancels the call.
   */
  public <T extends @Nullable Object> CompletableFuture<Outcome<T>> outcomeAsync(
      Call call, Function<Attempt, ? extends CompletionStage<T>> action) {
    return outcomeAsync(plan, call, action);
  }

  private Untaken untaken(Plan now, Call call) {
    return new Untaken(call, steps, now.stale != null && call.cached() != null);
  }

  private <T extends @Nullable Object> CompletableFuture<Outcome<T>> outcomeAsync(
      Plan now, Call call, Function<Attempt, ? extends CompletionStage<T>> action) {
    if (now.stale == null || call.cached() == null) {
      return Kept.outcomeOf(new AsyncCall<T>(this, now, call, action).start(), untaken(now, call));
    }
    return this.<T>kept(now.stale, call)
        .async(() -> new AsyncCall<T>(this, now, call, action).start());
  }

  /**
   * Calls; if that fails or is not sent and there is no older value either, gives what {@code
   * fallback} makes of the failure. It runs on this thread, after everything that the call held has
   * been given back; if it throws an exception, the call's failure is thrown. An {@link Error} and
   * an interrupt of this thread are not replaced.
   */
  public <T extends @Nullable Object, X extends Exception> T callOr(
      Call call, Action<T, X> action, Function<? super Exception, ? extends T> fallback) throws X {
    try {
      return call(call, action);
    } catch (Exception e) {
      return Instead.<T, X>value(steps, e, fallback);
    }
  }

  /**
   * The same, and says what became of the call; the fallback's value with what it is in place of.
   */
  public <T extends @Nullable Object, X extends Exception> Outcome<T> outcomeOr(
      Call call, Action<T, X> action, Function<? super Exception, ? extends T> fallback) {
    return Instead.of(steps, outcome(call, action), fallback);
  }

  /** {@link #callOr} for what answers with a stage. The fallback runs on a thread of its own. */
  public <T extends @Nullable Object> CompletableFuture<T> callAsyncOr(
      Call call,
      Function<Attempt, ? extends CompletionStage<T>> action,
      Function<? super Exception, ? extends T> fallback) {
    Plan now = plan;
    Untaken untaken = untaken(now, call);
    return Kept.valueOf(
        Instead.later(this.<T>outcomeAsync(now, call, action), fallback, untaken), untaken);
  }

  /** {@link #outcomeOr} for what answers with a stage. The fallback runs on a thread of its own. */
  public <T extends @Nullable Object> CompletableFuture<Outcome<T>> outcomeAsyncOr(
      Call call,
      Function<Attempt, ? extends CompletionStage<T>> action,
      Function<? super Exception, ? extends T> fallback) {
    Plan now = plan;
    return Instead.later(this.<T>outcomeAsync(now, call, action), fallback, untaken(now, call));
  }

  /**
   * Ends what was begun, as a commit or a close does. Refusing it would leave open what is open: it
   * needs no permit, no breaker refuses it or hears of it, and it is never sent again. It has the
   * time of one attempt, also when the caller's own deadline is over, and then is interrupted: if
   * it ends with an exception after that, this throws a {@link TimedOutException}, and if it gives
   * a value all the same, that is returned, because it was done. An interrupt that came before is
   * there again after it.
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // What an action gives is what it is said to give.
  public <T extends @Nullable Object, X extends Exception> T finish(Call call, Action<T, X> action)
      throws X {
    long start = time.nowNs();
    Attempt attempt = new Attempt(this, call, Steps.priorityOf(call, Caller.current()), 1);
    attempt.endsAt(start + plan.attemptNs);
    boolean interrupted = Thread.interrupted();
    try {
      watchdog.begin(attempt, attempt.endNs() - start);
      Object result = result(attempt, action);
      boolean late = watchdog.end(attempt);
      if (!(result instanceof Ending.Threw threw)) {
        // Late or not, it was done, and must not be told as if it perhaps were not.
        return (T) result;
      }
      if (!late) {
        throw Sneaky.<X>sneak(threw.thrown());
      }
      steps.tally.failed(false);
      TimedOutException out = new TimedOutException(name(), time.nowNs() - start, 1);
      out.addSuppressed(threw.thrown());
      throw out;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Forgets the kept value of a key if it is older than this version. */
  public void forget(@Nullable String tenant, String cacheKey, long version) {
    cache.forget(new StaleCache.Key(tenant, cacheKey), version);
  }

  private <T extends @Nullable Object> Kept<T> kept(Stale rules, Call call) {
    return new Kept<>(cache, rules, call, steps);
  }

  private <T extends @Nullable Object, X extends Exception> T send(
      Plan now, Call call, Action<T, X> action) throws X {
    if (now.detached || (now.hedged && call.isIdempotent())) {
      return Detached.send(this, now, call, action);
    }
    return onThisThread(now, call, action);
  }

  // What an action gives is what it is said to give.
  @SuppressWarnings({"unchecked", "NullAway"})
  private <T extends @Nullable Object, X extends Exception> T onThisThread(
      Plan now, Call call, Action<T, X> action) throws X {
    Caller caller = Caller.current();
    Priority priority = Steps.priorityOf(call, caller);
    String tenant = Steps.tenantOf(call, caller);
    long start = time.nowNs();
    long endNs = caller.nearer(start + now.totalNs);
    Throwable last = null;
    for (int number = 1; ; number++) {
      Attempt attempt = new Attempt(this, call, priority, number);
      attempt.endsAt(sooner(start + now.attemptNs, endNs));
      Reason refused =
          Thread.currentThread().isInterrupted()
              ? Reason.INTERRUPTED
              : steps.begin(now, attempt, tenant, start);
      if (refused != null) {
        // A retry that is refused here changes nothing about what became of the call.
        throw Sneaky.<X>sneak(last == null ? steps.refuse(refused, tenant) : last);
      }
      if (last != null) {
        Steps.discard(call, last);
      }
      Object result;
      Ending ending;
      try {
        result = run(attempt, start, action);
        ending = steps.settle(now, attempt, result, start);
      } finally {
        steps.gate.release(attempt);
      }
      if (ending == null) {
        return (T) result;
      }
      last = ending.cause();
      long pauseNs = steps.pauseNs(now, attempt, ending, endNs);
      if (pauseNs == Steps.NONE || !slept(pauseNs)) {
        if (ending.valued()) {
          return (T) result;
        }
        throw Sneaky.<X>sneak(last);
      }
      start = time.nowNs();
    }
  }

  static long sooner(long oneNs, long otherNs) {
    return oneNs - otherNs < 0 ? oneNs : otherNs;
  }

  private static @Nullable Object result(Attempt attempt, Action<?, ?> action) {
    try {
      return action.attempt(attempt);
    } catch (Throwable e) {
      return new Ending.Threw(e);
    }
  }

  private @Nullable Object run(Attempt attempt, long start, Action<?, ?> action) {
    watchdog.begin(attempt, attempt.endNs() - start);
    Object result = result(attempt, action);
    if (watchdog.end(attempt)) {
      // Code that was stopped half-way may give half a result.
      Steps.discard(attempt.call(), result);
      return Ending.TIMED_OUT;
    }
    return result;
  }

  private boolean slept(long pauseNs) {
    try {
      time.sleepNs(pauseNs);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void reload(Policy next) {
    long now = time.nowNs();
    steps.gate.reload(next, now);
    cache.resize(entries(next));
    plan = new Plan(next, plan, now);
  }

  void overran(Thread thread, @Nullable Runnable stop) {
    if (stop != null) {
      time.fork(
          () -> {
            try {
              stop.run();
            } catch (RuntimeException e) {
              // It goes on then, and is reported as it would be without.
            }
          });
    }
    steps.tally.overran(thread);
  }

  Time time() {
    return time;
  }

  Steps steps() {
    return steps;
  }

  /** What was counted so far. */
  public Counts counts() {
    return steps.tally.counts(steps.gate.budget);
  }

  /** The state of the dependency's breaker, which opens by vote or is the only one. */
  public Generation breaker() {
    return steps.gate.tenants.single()
        ? steps.gate.tenants.anonymous().breaker().generation()
        : steps.gate.breaker.generation();
  }

  /** The state of a tenant's breaker, empty for calls without one; null if it has none. */
  public @Nullable Generation breaker(String tenant) {
    Tenant found =
        tenant.isEmpty() ? steps.gate.tenants.anonymous() : steps.gate.tenants.find(tenant);
    return found == null ? null : found.breaker().generation();
  }

  /** Does {@link #breaker()} refuse calls now? Not when its time is over: then it may be tried. */
  public boolean refuses() {
    return (steps.gate.tenants.single()
            ? steps.gate.tenants.anonymous().breaker()
            : steps.gate.breaker)
        .refuses(time.nowNs());
  }

  /** The same of a tenant's breaker, empty for calls without one; false if it has none. */
  public boolean refuses(String tenant) {
    Tenant found =
        tenant.isEmpty() ? steps.gate.tenants.anonymous() : steps.gate.tenants.find(tenant);
    return found != null && found.breaker().refuses(time.nowNs());
  }

  /** Attempts under way. */
  public int underWay() {
    return steps.gate.underWay.underWay();
  }

  /** How many attempts may be under way now. */
  public int limit() {
    return steps.gate.underWay.limit();
  }

  /** How many tenants have state of their own. */
  public int tenants() {
    return steps.gate.tenants.size();
  }
}
