package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.policy.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls that answer with stages, some of which do not do as stages should. */
class AsyncTest {
  private static final Policy POLICY =
      Policy.defaults()
          .with(Retry.none())
          .with(Deadlines.of(Duration.ofSeconds(3), Duration.ofMillis(100)))
          .with(Concurrency.fixed(4));

  private static final Retry.Backoff NO_PAUSE =
      new Retry.Backoff(Duration.ZERO, Duration.ZERO, false);

  private final SimulatedTime time = new SimulatedTime();
  private final Call call = Call.idempotent().tenant("anna");

  private Dependency dependency(Judge judge) {
    return Guard.builder()
        .time(time)
        .judge("it", judge)
        .policies(Map.of("it", POLICY))
        .build()
        .dependency("it");
  }

  private static void assertFailed(CompletableFuture<?> given, Class<?> cause) {
    assertThat(given).isCompletedExceptionally();
    assertThat(given.exceptionNow()).isInstanceOf(cause);
  }

  @Test
  void actionThatGivesNoStageFailsAndKeepsNoPermit() {
    Dependency it = dependency(Judge.standard());
    for (int i = 0; i < 10; i++) {
      assertFailed(it.<Integer>callAsync(call, attempt -> null), NullPointerException.class);
    }
    assertThat(it.underWay()).isZero();
    assertThat(it.counts().failed()).isEqualTo(10);
  }

  /** Throws, what it must not. */
  private record Broken(Throwable thrown) implements Judge {
    @Override
    public Verdict value(@Nullable Object value) {
      throw Sneaky.<RuntimeException>sneak(thrown);
    }

    @Override
    public @Nullable Verdict thrown(Throwable other) {
      throw Sneaky.<RuntimeException>sneak(thrown);
    }
  }

  @Test
  void judgeThatThrowsFailsTheCallAndKeepsNoPermit() {
    Dependency it = dependency(new Broken(new UnsupportedOperationException("planned")));
    for (int i = 0; i < 10; i++) {
      assertFailed(
          it.callAsync(call, attempt -> CompletableFuture.completedFuture(1)),
          UnsupportedOperationException.class);
      assertFailed(
          it.callAsync(call, attempt -> CompletableFuture.failedFuture(new Exception("planned"))),
          UnsupportedOperationException.class);
      ThrowingCallable here = () -> it.call(call, attempt -> 1);
      assertThatThrownBy(here).isInstanceOf(UnsupportedOperationException.class);
    }
    assertThat(it.underWay()).isZero();
  }

  @Test
  void errorOfJudgeReachesTheCallerToo() {
    Dependency it = dependency(new Broken(new AssertionError("planned")));
    assertFailed(
        it.callAsync(call, attempt -> CompletableFuture.completedFuture(1)), AssertionError.class);
    assertThatThrownBy(() -> it.call(call, attempt -> 1)).isInstanceOf(AssertionError.class);
    assertThat(it.underWay()).isZero();
  }

  /** A stage that cannot be cancelled, as an interface allows it. */
  private static final class Bare extends CompletableFuture<Integer> {
    @Override
    public CompletableFuture<Integer> toCompletableFuture() {
      throw new UnsupportedOperationException("planned");
    }
  }

  @Test
  void stageThatCannotBeCancelledTimesOutAndKeepsItsPermitUntilItEnds() {
    Dependency it = dependency(Judge.standard());
    Bare stage = new Bare();
    CompletableFuture<Integer> given = it.callAsync(call, attempt -> stage);
    time.pass(Duration.ofMillis(101));
    assertFailed(given, TimedOutException.class);
    assertThat(it.underWay()).isEqualTo(1);
    assertThat(stage.complete(1)).isTrue();
    assertThat(it.underWay()).isZero();
  }

  @Test
  void stageThatCannotBeCancelledGivesItsPermitBackWhenTheCallerGoes() {
    Dependency it = dependency(Judge.standard());
    Bare stage = new Bare();
    CompletableFuture<Integer> given = it.callAsync(call, attempt -> stage);
    assertThat(given.cancel(true)).isTrue();
    assertThat(stage.complete(1)).isTrue();
    assertThat(it.underWay()).isZero();
  }

  private static final Policy REPEATING =
      POLICY.with(Retry.of(2).on("error").within(100).pausing(NO_PAUSE));

  @Test
  void repeatsRunOnBehalfOfTheSameCaller() throws Exception {
    Dependency it =
        Guard.builder().time(time).policies(Map.of("it", REPEATING)).build().dependency("it");
    List<Caller> callers = new ArrayList<>();
    Caller anna = Caller.none().tenant("anna").priority(Priority.HIGH);
    CompletableFuture<Integer> given =
        anna.call(
            () ->
                it.callAsync(
                    Call.idempotent(),
                    attempt -> {
                      callers.add(Caller.current());
                      return attempt.number() == 1
                          ? CompletableFuture.failedFuture(new IllegalStateException("planned"))
                          : CompletableFuture.completedFuture(2);
                    }));
    time.pass(Duration.ofSeconds(1));
    assertThat(given).isCompletedWithValue(2);
    assertThat(callers).containsExactly(anna, anna);
    assertThat(Caller.current()).isSameAs(Caller.none());
  }

  @Test
  void hedgeRunsOnBehalfOfTheSameCaller() throws Exception {
    Policy hedged = REPEATING.with(Retry.of(2).within(100).hedged());
    Dependency it =
        Guard.builder().time(time).policies(Map.of("it", hedged)).build().dependency("it");
    List<String> tenants = new ArrayList<>();
    Caller anna = Caller.none().tenant("anna");
    for (int i = 0; i < 30; i++) {
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      CompletableFuture<Integer> _ =
          anna.call(
              () ->
                  it.callAsync(
                      Call.idempotent(),
                      attempt -> {
                        tenants.add(attempt.number() + Caller.current().tenant());
                        return answer;
                      }));
      time.pass(Duration.ofMillis(2));
      assertThat(answer.complete(1)).isTrue();
    }
    assertThat(tenants).contains("1anna", "2anna").doesNotContain("2null");
  }

  @Test
  void repeatThatBlocksKeepsNobodysTimeLimit() throws Exception {
    Dependency it = Guard.of(Map.of("it", REPEATING)).dependency("it");
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    CompletableFuture<Integer> blocking =
        it.callAsync(
            Call.idempotent(),
            attempt -> {
              if (attempt.number() == 1) {
                return CompletableFuture.failedFuture(new IllegalStateException("planned"));
              }
              blocked.countDown();
              awaitUnheeded(free);
              return CompletableFuture.completedFuture(2);
            });
    assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Integer> other =
        it.callAsync(Call.once(), attempt -> new CompletableFuture<>());
    assertThatThrownBy(() -> other.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(TimedOutException.class);
    assertThatThrownBy(() -> blocking.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(TimedOutException.class);
    free.countDown();
  }

  private static void awaitUnheeded(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
