package dev.perdure.guard;

import dev.perdure.guard.cache.StaleCache;
import dev.perdure.guard.policy.Stale;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A call whose value is kept: the two outermost layers, fresh cache and stale value. */
final class Kept<T extends @Nullable Object> {
  private final StaleCache cache;
  private final Stale rules;
  private final Call.Cached wanted;
  private final StaleCache.Key key;
  private final Steps steps;
  private final Untaken untaken;

  Kept(StaleCache cache, Stale rules, Call call, Steps steps) {
    this.cache = cache;
    this.rules = rules;
    this.wanted = Objects.requireNonNull(call.cached());
    this.key = new StaleCache.Key(Steps.tenantOf(call, Caller.current()), wanted.key());
    this.steps = steps;
    this.untaken = new Untaken(call, steps, true);
  }

  private StaleCache.@Nullable Entry newerThan(Duration age) {
    long ageNs = age.toNanos();
    return ageNs == 0 ? null : cache.get(key, wanted.versionMin(), steps.time.nowNs() - ageNs);
  }

  // The caller gives one type of values one name.
  @SuppressWarnings({"unchecked", "NullAway"})
  private T value(StaleCache.Entry entry) {
    return (T) entry.value();
  }

  private void keep(T value, long askedNs) {
    if (!steps.worthKeeping(value)) {
      return;
    }
    long version =
        wanted.versionOf() == null || value == null
            ? wanted.versionMin()
            : wanted.versionOf().applyAsLong(value);
    cache.put(key, new StaleCache.Entry(value, version, askedNs));
  }

  Outcome<T> outcome(Callable<T> send) {
    StaleCache.Entry fresh = newerThan(rules.ttl());
    if (fresh != null) {
      return new Outcome.Ok<>(value(fresh));
    }
    long askedNs = steps.time.nowNs();
    Outcome<T> outcome = outcomeOf(send);
    if (outcome instanceof Outcome.Ok<T> ok) {
      keep(ok.value(), askedNs);
      return outcome;
    }
    return stale(outcome);
  }

  /** An older value in the place of a failure, if there is one. */
  private Outcome<T> stale(Outcome<T> failure) {
    StaleCache.Entry old = newerThan(rules.maxStaleness());
    if (old == null) {
      return failure;
    }
    steps.tally.stale();
    long ageNs = steps.time.nowNs() - old.atNs();
    return new Outcome.Stale<>(value(old), Duration.ofNanos(ageNs));
  }

  CompletableFuture<Outcome<T>> async(Supplier<CompletableFuture<T>> send) {
    StaleCache.Entry fresh = newerThan(rules.ttl());
    if (fresh != null) {
      return CompletableFuture.completedFuture(new Outcome.Ok<>(value(fresh)));
    }
    long askedNs = steps.time.nowNs();
    return then(
        send.get(),
        (value, thrown) -> {
          if (thrown == null) {
            keep(value, askedNs);
            return new Outcome.Ok<>(value);
          }
          return stale(failure(cause(thrown)));
        },
        untaken::value);
  }

  /**
   * What comes of a stage; cancelled, it cancels the stage. A value that came at the same moment,
   * too late to be taken and too early to be stopped, is for {@code left}.
   */
  private static <A extends @Nullable Object, B extends @Nullable Object> CompletableFuture<B> then(
      CompletableFuture<A> sent,
      BiFunction<A, @Nullable Throwable, B> next,
      Consumer<? super A> left) {
    CompletableFuture<B> given = new CompletableFuture<>();
    CompletableFuture<A> unused =
        sent.whenComplete(
            (value, thrown) -> {
              boolean taken;
              try {
                taken = given.complete(next.apply(value, thrown));
              } catch (Throwable e) {
                taken = given.completeExceptionally(e);
              }
              if (!taken && thrown == null) {
                left.accept(value);
              }
            });
    CompletableFuture<B> unusedToo = given.whenComplete((value, thrown) -> sent.cancel(true));
    return given;
  }

  /** The value of an outcome that comes later; or what it says instead. */
  static <T extends @Nullable Object> CompletableFuture<T> valueOf(
      CompletableFuture<Outcome<T>> outcome, Untaken untaken) {
    return then(
        outcome,
        (said, thrown) -> {
          if (thrown != null) {
            throw Sneaky.<RuntimeException>sneak(cause(thrown));
          }
          return valueOf(said);
        },
        untaken::outcome);
  }

  /** What becomes of a call that answers later. Only an {@link Error} is not an outcome. */
  static <T extends @Nullable Object> CompletableFuture<Outcome<T>> outcomeOf(
      CompletableFuture<T> sent, Untaken untaken) {
    return then(
        sent,
        (value, thrown) -> thrown == null ? new Outcome.Ok<>(value) : failure(cause(thrown)),
        untaken::value);
  }

  /** What a stage failed with, without the wrapping of later stages. */
  static Throwable cause(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  /** The value of an outcome; or throws what it says. */
  static <T extends @Nullable Object> T valueOf(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Ok<T> ok -> ok.value();
      case Outcome.Stale<T> stale -> stale.value();
      case Outcome.Fallback<T> instead -> instead.value();
      case Outcome.NotSent<T> not -> throw not.cause();
      case Outcome.TimedOut<T> out -> throw out.cause();
      case Outcome.Failed<T> failed -> throw Sneaky.<RuntimeException>sneak(failed.cause());
    };
  }

  static <T extends @Nullable Object> Outcome<T> outcomeOf(Callable<T> send) {
    try {
      return new Outcome.Ok<>(send.call());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Failed<>(e);
    } catch (Exception e) {
      return failure(e);
    }
  }

  private static <T extends @Nullable Object> Outcome<T> failure(Throwable thrown) {
    return switch (thrown) {
      case NotSentException e -> new Outcome.NotSent<>(e);
      case TimedOutException e -> new Outcome.TimedOut<>(e);
      case Error e -> throw e;
      default -> new Outcome.Failed<>(thrown);
    };
  }
}
