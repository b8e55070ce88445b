package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.policy.Reason;
import dev.perdure.guard.policy.Retry;
import dev.perdure.guard.policy.Stale;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is given instead of a failure, and what never is; and outcomes that come later. */
class FallbackTest {
  private static final Policy POLICY =
      Policy.defaults()
          .with(Retry.none())
          .with(Deadlines.of(Duration.ofSeconds(3), Duration.ofMillis(100)))
          .with(Concurrency.fixed(1))
          .with(
              Breaking.defaults().tripping(new Breaking.Trip(Duration.ofSeconds(10), 100, 1_000)));

  private final List<String> heard = new ArrayList<>();
  private final SimulatedTime time = new SimulatedTime();
  private final Call call = Call.once().priority(Priority.CRITICAL);

  private Dependency dependency(Time at, Policy policy) {
    GuardListener listener =
        new GuardListener() {
          @Override
          public void fellBack(String dependency, Exception cause) {
            heard.add(dependency + ": " + cause.getMessage());
          }
        };
    return Guard.builder()
        .time(at)
        .listener(listener)
        .policies(Map.of("it", policy))
        .build()
        .dependency("it");
  }

  private Dependency dependency() {
    return dependency(time, POLICY);
  }

  private static String failed() throws IOException {
    throw new IOException("planned");
  }

  private static String callOr(
      Dependency it,
      Call call,
      Action<String, Exception> action,
      Function<Exception, String> fallback)
      throws Exception {
    return it.callOr(call, action, fallback);
  }

  @Test
  void valueIsGivenInThePlaceOfFailureAndSaysOfWhich() throws Exception {
    Dependency it = dependency();
    assertThat(callOr(it, call, attempt -> "good", failure -> "instead")).isEqualTo("good");
    assertThat(callOr(it, call, attempt -> failed(), Throwable::getMessage)).isEqualTo("planned");
    assertThat(it.<String, IOException>outcomeOr(call, attempt -> failed(), failure -> null))
        .isInstanceOfSatisfying(
            Outcome.Fallback.class,
            instead -> {
              assertThat(instead.value()).isNull();
              assertThat(instead.cause()).isInstanceOf(IOException.class);
            });
    assertThat(it.counts().fallbacks()).isEqualTo(2);
    assertThat(it.counts().failed()).isEqualTo(2);
    assertThat(heard).containsExactly("it: planned", "it: planned");
  }

  @Test
  void callThatWasNotSentHasItToo() {
    Dependency it = dependency();
    CompletableFuture<String> held = new CompletableFuture<>();
    CompletableFuture<String> first = it.callAsync(call, attempt -> held);
    Outcome<String> outcome = it.outcomeOr(call, attempt -> "good", failure -> "instead");
    assertThat(outcome).isInstanceOf(Outcome.Fallback.class);
    assertThat(((Outcome.Fallback<String>) outcome).cause())
        .isInstanceOfSatisfying(
            NotSentException.class, not -> assertThat(not.reason()).isEqualTo(Reason.CONCURRENCY));
    assertThat(first.cancel(true)).isTrue();
  }

  @Test
  void olderValueComesFirst() throws Exception {
    Dependency it = dependency(time, POLICY.with(Stale.upTo(Duration.ofMinutes(5))));
    Call read = Call.read("17").priority(Priority.CRITICAL);
    assertThat(callOr(it, read, attempt -> "kept", failure -> "instead")).isEqualTo("kept");
    time.pass(Duration.ofMinutes(1));
    assertThat(callOr(it, read, attempt -> failed(), failure -> "instead")).isEqualTo("kept");
    CompletableFuture<String> later =
        it.callAsyncOr(
            read, a -> CompletableFuture.failedFuture(new IOException()), failure -> "instead");
    assertThat(later).isCompletedWithValue("kept");
    time.pass(Duration.ofMinutes(5));
    assertThat(callOr(it, read, attempt -> failed(), failure -> "instead")).isEqualTo("instead");
    assertThat(callOr(it, read, attempt -> failed(), failure -> "other"))
        .as("what is given instead is not kept")
        .isEqualTo("other");
  }

  @Test
  void errorIsNotReplacedAndFallbackThatThrowsGivesTheCallsOwnFailure() {
    Dependency it = dependency();
    assertThatThrownBy(
            () ->
                it.callOr(
                    call,
                    attempt -> {
                      throw new AssertionError("ours");
                    },
                    failure -> "instead"))
        .isInstanceOf(AssertionError.class);
    IllegalStateException own = new IllegalStateException("of the fallback");
    assertThatThrownBy(
            () ->
                it.callOr(
                    call,
                    attempt -> failed(),
                    failure -> {
                      throw own;
                    }))
        .isInstanceOf(IOException.class)
        .hasSuppressedException(own);
    assertThat(it.counts().fallbacks()).isZero();
  }

  private static String sneak(Exception checked) {
    throw Sneaky.<RuntimeException>sneak(checked);
  }

  @Test
  void whateverFallbackThrowsTheFailureIsNotLostAndNoneIsFoundInItself() {
    Dependency it = dependency();
    Exception checked = new Exception("of the fallback");
    assertThatThrownBy(() -> it.callOr(call, a -> failed(), f -> sneak(checked)))
        .isInstanceOf(IOException.class)
        .hasSuppressedException(checked);
    AssertionError broken = new AssertionError("ours");
    assertThatThrownBy(
            () ->
                it.callOr(
                    call,
                    attempt -> failed(),
                    failure -> {
                      throw broken;
                    }))
        .isSameAs(broken);
    assertThat(broken.getSuppressed()).singleElement().isInstanceOf(IOException.class);
    assertThatThrownBy(
            () ->
                it.callOr(
                    call,
                    attempt -> failed(),
                    failure -> {
                      throw new IllegalStateException(new IllegalArgumentException(failure));
                    }))
        .isInstanceOf(IOException.class)
        .hasNoSuppressedExceptions();
  }

  /** One whose value is on its way already: it cannot be stopped any more. */
  private static final class OnItsWay<T> extends CompletableFuture<T> {
    @Override
    public boolean cancel(boolean mayInterrupt) {
      return false;
    }
  }

  @Test
  void valueThatComesWhenNobodyTakesItIsDiscardedUnlessItIsKept() throws Exception {
    Dependency it = dependency(Time.system(), POLICY);
    BlockingQueue<Object> discarded = new LinkedBlockingQueue<>();
    Call closing = call.discarding(discarded::add);
    Untaken kept = new Untaken(closing, it.steps(), true);
    Untaken untaken = new Untaken(closing, it.steps(), false);

    OnItsWay<Outcome<String>> ofValue = new OnItsWay<>();
    assertThat(Kept.valueOf(ofValue, kept).cancel(true)).isTrue();
    assertThat(ofValue.complete(new Outcome.Ok<>("kept for others"))).isTrue();
    ofValue = new OnItsWay<>();
    assertThat(Kept.valueOf(ofValue, untaken).cancel(true)).isTrue();
    assertThat(ofValue.complete(new Outcome.Ok<>("value"))).isTrue();
    assertThat(discarded.poll(10, TimeUnit.SECONDS)).isEqualTo("value");

    OnItsWay<String> ofOutcome = new OnItsWay<>();
    assertThat(Kept.outcomeOf(ofOutcome, untaken).cancel(true)).isTrue();
    assertThat(ofOutcome.complete("outcome")).isTrue();
    assertThat(discarded.poll(10, TimeUnit.SECONDS)).isEqualTo("outcome");

    OnItsWay<Outcome<String>> good = new OnItsWay<>();
    assertThat(Instead.later(good, failure -> "instead", untaken).cancel(true)).isTrue();
    assertThat(good.complete(new Outcome.Ok<>("good"))).isTrue();
    assertThat(discarded.poll(10, TimeUnit.SECONDS)).isEqualTo("good");

    OnItsWay<Outcome<String>> failing = new OnItsWay<>();
    CompletableFuture<CompletableFuture<Outcome<String>>> given = new CompletableFuture<>();
    assertThat(
            given.complete(
                Instead.later(
                    failing, failure -> "cancelled: " + given.join().cancel(true), untaken)))
        .isTrue();
    assertThat(failing.complete(new Outcome.Failed<>(new IOException("planned")))).isTrue();
    assertThat(discarded.poll(10, TimeUnit.SECONDS)).isEqualTo("cancelled: true");
    assertThat(discarded).isEmpty();
  }

  @Test
  void interruptOfTheCallerIsNotSwallowed() throws Exception {
    for (Deadlines.Isolation isolation : Deadlines.Isolation.values()) {
      Deadlines patient = Deadlines.of(Duration.ofMinutes(1), Duration.ofMinutes(1));
      Dependency it = dependency(Time.system(), POLICY.with(patient.isolated(isolation)));
      CountDownLatch inside = new CountDownLatch(1);
      AtomicReference<Object> became = new AtomicReference<>();
      Thread thread =
          Thread.startVirtualThread(
              () -> {
                Outcome<String> said =
                    it.outcomeOr(
                        call,
                        attempt -> {
                          inside.countDown();
                          new CountDownLatch(1).await();
                          return "never";
                        },
                        failure -> "instead");
                became.set(said + " " + Thread.currentThread().isInterrupted());
                // Refused, because the thread is interrupted: not replaced either.
                Outcome<String> next = it.outcomeOr(call, attempt -> "", failure -> "instead");
                became.accumulateAndGet(next, (one, other) -> one + " " + other);
              });
      assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
      thread.interrupt();
      thread.join();
      assertThat(became.get().toString())
          .contains("Failed[cause=java.lang.InterruptedException", "] true NotSent[")
          .doesNotContain("Fallback");
    }
  }

  @Test
  void fallbackFindsAllPermitsGivenBack() throws Exception {
    Dependency it = dependency(Time.system(), POLICY);
    CountDownLatch never = new CountDownLatch(1);
    Action<String, Exception> hanging =
        attempt -> {
          never.await();
          return "never";
        };
    assertThat(callOr(it, call, hanging, failure -> "under way: " + it.underWay()))
        .isEqualTo("under way: 0");
    assertThat(
            it.<String>callAsyncOr(
                    call,
                    attempt -> new CompletableFuture<>(),
                    failure -> failure.getClass().getSimpleName() + ", under way: " + it.underWay())
                .get(10, TimeUnit.SECONDS))
        .isEqualTo("TimedOutException, under way: 0");
  }

  @Test
  void fallbackOfStageThatBlocksKeepsNobodysTimeLimit() throws Exception {
    Dependency it = dependency(Time.system(), POLICY.with(Concurrency.fixed(4)));
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    Caller anna = Caller.none().tenant("anna").priority(Priority.CRITICAL);
    CompletableFuture<Outcome<String>> blocking =
        anna.call(
            () ->
                it.outcomeAsyncOr(
                    Call.once(),
                    attempt -> new CompletableFuture<>(),
                    failure -> {
                      blocked.countDown();
                      awaitFree(free);
                      return Caller.current().tenant();
                    }));
    assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(it.outcomeAsync(call, a -> new CompletableFuture<>()).get(10, TimeUnit.SECONDS))
        .isInstanceOf(Outcome.TimedOut.class);
    free.countDown();
    assertThat(blocking.get(10, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            Outcome.Fallback.class, instead -> assertThat(instead.value()).isEqualTo("anna"));
  }

  private static void awaitFree(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void outcomesThatComeLaterAreTheSame() {
    Dependency it = dependency();
    assertThat(it.outcomeAsync(call, a -> CompletableFuture.completedFuture(1)))
        .isCompletedWithValue(new Outcome.Ok<>(1));
    IOException planned = new IOException("planned");
    assertThat(it.<Integer>outcomeAsync(call, a -> CompletableFuture.failedFuture(planned)))
        .isCompletedWithValue(new Outcome.Failed<>(planned));
    CompletableFuture<Outcome<Integer>> hanging =
        it.outcomeAsync(call, attempt -> new CompletableFuture<>());
    assertThat(it.outcomeAsync(call, a -> CompletableFuture.completedFuture(1)).join())
        .isInstanceOf(Outcome.NotSent.class);
    time.pass(Duration.ofMillis(101));
    assertThat(hanging.join()).isInstanceOf(Outcome.TimedOut.class);
    CompletableFuture<Outcome<Integer>> broken =
        it.outcomeAsyncOr(
            call, a -> CompletableFuture.failedFuture(new AssertionError("ours")), failure -> 2);
    assertThat(broken).isCompletedExceptionally();
    assertThat(broken.exceptionNow()).isInstanceOf(AssertionError.class);
  }

  @Test
  void cancelledOutcomeCancelsTheCallAndHasNoFallback() {
    Dependency it = dependency(time, POLICY.with(Stale.upTo(Duration.ofMinutes(5))));
    for (Call one : List.of(call, call.cachedAs("17"))) {
      CompletableFuture<String> stage = new CompletableFuture<>();
      CompletableFuture<Outcome<String>> given =
          it.outcomeAsyncOr(one, attempt -> stage, failure -> "instead");
      assertThat(given.cancel(true)).isTrue();
      assertThat(stage).isCancelled();
      assertThat(it.underWay()).isZero();
    }
    assertThat(it.counts().fallbacks()).isZero();
  }
}
