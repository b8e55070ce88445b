package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Retry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
}
