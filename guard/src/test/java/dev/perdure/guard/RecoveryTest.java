package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.guard.breaker.Generation.State;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Reason;
import dev.perdure.guard.policy.Retry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How soon open breakers learn that a dependency is back, and what that costs it while it is not.
 */
class RecoveryTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  private final SimulatedTime time = new SimulatedTime();

  private Dependency dependency(Policy policy) {
    return dependency(time, policy);
  }

  private static Dependency dependency(SimulatedTime time, Policy policy) {
    return Guard.builder().time(time).policies(Map.of("it", policy)).build().dependency("it");
  }

  private static Policy trickling(Policy policy, Duration trickle) {
    Breaking.Opening opening = policy.breaker().open().trickling(trickle);
    return policy.with(policy.breaker().opening(opening));
  }

  /** A dependency that hangs from second 10 to 70, and what becomes of calls, by second. */
  private static final class Run {
    final SimulatedTime time = new SimulatedTime();
    final Map<Long, Integer> calls = new HashMap<>();
    final Map<Long, Integer> good = new HashMap<>();
    final Map<Long, Integer> reached = new HashMap<>();

    void calling(Dependency it, Call call, int perSecond) {
      Time.Timer _ =
          time.schedule(
              () -> time.every(SECOND / perSecond, 90 * SECOND, () -> call(it, call)),
              time.random((int) (SECOND / perSecond)));
    }

    private void call(Dependency it, Call call) {
      long second = time.nowNs() / SECOND;
      calls.merge(second, 1, Integer::sum);
      CompletableFuture<Integer> _ =
          it.callAsync(call, attempt -> answer())
              .whenComplete(
                  (value, thrown) -> {
                    if (thrown == null) {
                      good.merge(second, 1, Integer::sum);
                    }
                  });
    }

    private CompletableFuture<Integer> answer() {
      long second = time.nowNs() / SECOND;
      reached.merge(second, 1, Integer::sum);
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      if (second < 10 || second >= 70) {
        Time.Timer _ = time.schedule(() -> answer.complete(1), 10 * MS);
      }
      return answer;
    }

    double share(Map<Long, Integer> of, int from, int to) {
      return sum(of, from, to) / (double) sum(calls, from, to);
    }

    static int sum(Map<Long, Integer> by, int from, int to) {
      int sum = 0;
      for (long second = from; second < to; second++) {
        sum += by.getOrDefault(second, 0);
      }
      return sum;
    }
  }

  private static Run tenants(Policy policy, int tenants, int perSecond) {
    Run run = new Run();
    Dependency it = dependency(run.time, policy);
    for (int t = 0; t < tenants; t++) {
      run.calling(it, Call.idempotent().tenant("t" + t), perSecond);
    }
    run.time.pass(Duration.ofSeconds(95));
    return run;
  }

  @ParameterizedTest
  @CsvSource({"50, 5", "3, 400", "1, 1000"})
  void tenantsBreakersAndTheirDependencysAreBackSecondAfterHangOfMinute(
      int tenants, int perSecond) {
    Run run = tenants(Policy.defaults(), tenants, perSecond);
    Run without = tenants(trickling(Policy.defaults(), Duration.ZERO), tenants, perSecond);
    assertThat(run.share(run.good, 71, 77)).isGreaterThanOrEqualTo(0.95);
    assertThat(without.share(without.good, 71, 77)).as("without trickle").isLessThan(0.95);
    // What that costs the dependency while it is dead: two calls a second from each breaker.
    int more = Run.sum(run.reached, 12, 70) - Run.sum(without.reached, 12, 70);
    assertThat(more).isLessThan(58 * 3 * Math.min(3, tenants));
  }

  private static Run processes(Policy policy) {
    Run run = new Run();
    for (int p = 0; p < 500; p++) {
      run.calling(dependency(run.time, policy), Call.idempotent(), 2);
    }
    run.time.pass(Duration.ofSeconds(95));
    return run;
  }

  @Test
  void manySmallProcessesSendTenthOfTheirLoadMoreAtMost() {
    // With so few calls a scout goes out every five seconds, and probes take as long.
    Policy policy = Policy.defaults().with(Retry.none());
    Run run = processes(policy);
    Run without = processes(trickling(policy, Duration.ZERO));
    assertThat(run.share(run.reached, 25, 70))
        .isLessThan(without.share(without.reached, 25, 70) + 0.1);
    assertThat(run.share(run.good, 80, 90)).isGreaterThanOrEqualTo(0.95);
    assertThat(without.share(without.good, 80, 90)).isLessThan(0.7);
  }

  private static final Policy PLAIN =
      Policy.defaults().with(Retry.none()).with(Breaking.defaults().shared());

  private static void trip(Dependency it) {
    for (int i = 0; i < 20; i++) {
      assertThat(send(it, false)).isInstanceOf(Outcome.Failed.class);
    }
    assertThat(it.breaker().state()).isEqualTo(State.OPEN);
  }

  private static Outcome<Integer> send(Dependency it, boolean works) {
    return it.outcome(
        Call.once(),
        attempt -> {
          if (!works) {
            throw new IllegalStateException("planned");
          }
          assertThat(attempt.isProbe()).isTrue();
          return 1;
        });
  }

  private static int sent(Dependency it, int calls, boolean works) {
    int sent = 0;
    for (int i = 0; i < calls; i++) {
      sent += send(it, works) instanceof Outcome.NotSent ? 0 : 1;
    }
    return sent;
  }

  @Test
  void oneOfTenPassesAndNoMoreThanOneInEachInterval() {
    Dependency it = dependency(PLAIN);
    trip(it);
    assertThat(sent(it, 1_000, false)).as("not before its time").isZero();
    time.pass(Duration.ofMillis(600));
    assertThat(sent(it, 1, false)).isEqualTo(1);
    time.pass(Duration.ofMillis(600));
    assertThat(sent(it, 9, false)).as("of nine calls").isZero();
    assertThat(sent(it, 1, false)).as("the tenth").isEqualTo(1);
    assertThat(sent(it, 1_000, false)).as("of the next").isZero();
    assertThat(it.breaker().state()).isEqualTo(State.OPEN);
    time.pass(Duration.ofMillis(600));
    assertThat(it.refuses()).as("that one may pass is no reason to try").isTrue();
  }

  @Test
  void goodNewsOfScoutIsNoProofTenProbesDecide() {
    Dependency it = dependency(PLAIN);
    trip(it);
    assertThat(sent(it, 9, false)).isZero();
    time.pass(Duration.ofMillis(600));
    assertThat(sent(it, 1, true)).isEqualTo(1);
    assertThat(it.breaker().state()).isEqualTo(State.HALF_OPEN);
    assertThat(sent(it, 100, false)).isEqualTo(10);
    assertThat(it.breaker().state()).isEqualTo(State.OPEN);
    time.pass(Duration.ofMillis(600));
    assertThat(sent(it, 100, true)).as("its good news came to nothing").isZero();
    time.pass(Duration.ofMillis(600));
    assertThat(sent(it, 1, true)).isEqualTo(1);
    assertThat(sent(it, 10, true)).isEqualTo(10);
    assertThat(it.breaker().state()).isEqualTo(State.CLOSED);
  }

  @Test
  void lateNewsOfScoutChangesNothing() {
    Duration hour = Duration.ofHours(1);
    Dependency it = dependency(PLAIN.with(Deadlines.of(hour, hour)));
    trip(it);
    assertThat(sent(it, 9, false)).isZero();
    time.pass(Duration.ofMillis(600));
    CompletableFuture<Integer> scout = new CompletableFuture<>();
    CompletableFuture<Integer> given = it.callAsync(Call.once(), attempt -> scout);
    assertThat(it.underWay()).isEqualTo(1);
    time.pass(Duration.ofSeconds(6));
    assertThat(sent(it, 1, true)).as("the first of ten probes").isEqualTo(1);
    assertThat(sent(it, 9, false)).isEqualTo(9);
    assertThat(it.breaker().state()).as("they failed").isEqualTo(State.OPEN);
    assertThat(scout.complete(1)).isTrue();
    assertThat(given).isCompletedWithValue(1);
    assertThat(it.breaker().state()).isEqualTo(State.OPEN);
    assertThat(it.counts().late()).isEqualTo(1);
    assertThat(it.underWay()).isZero();
  }

  @Test
  void scoutThatFindsNoRoomGivesItsTurnToTheNext() {
    Dependency it = dependency(PLAIN.with(Concurrency.fixed(1)));
    CompletableFuture<Integer> held = new CompletableFuture<>();
    trip(it);
    assertThat(sent(it, 9, false)).isZero();
    time.pass(Duration.ofMillis(600));
    CompletableFuture<Integer> scout = it.callAsync(Call.once(), attempt -> held);
    assertThat(it.underWay()).isEqualTo(1);
    time.pass(Duration.ofMillis(600));
    assertThat(sent(it, 20, false)).isZero();
    assertThat(it.counts().refused().get(Reason.CONCURRENCY)).isPositive();
    assertThat(scout.cancel(true)).isTrue();
    assertThat(held).isCancelled();
    assertThat(sent(it, 100, true)).as("not at once").isZero();
    time.pass(Duration.ofMillis(150));
    assertThat(sent(it, 1, true)).isEqualTo(1);
    assertThat(it.breaker().state()).isEqualTo(State.HALF_OPEN);
  }

  /** Calls that reach a dependency in the half hour after the fifth minute, of forty callers. */
  private static int reachedWhilePartlyFailing(int failing, Policy policy) {
    SimulatedTime time = new SimulatedTime();
    long fromNs = 300 * SECOND;
    long endNs = fromNs + 1_800 * SECOND;
    int[] reached = new int[1];
    for (int i = 0; i < 40; i++) {
      Dependency it = dependency(time, policy);
      Runnable send =
          () -> {
            Outcome<Integer> _ =
                it.outcome(
                    Call.once(),
                    attempt -> {
                      reached[0] += time.nowNs() - fromNs >= 0 ? 1 : 0;
                      if (time.random(100) < failing) {
                        throw new IllegalStateException("planned");
                      }
                      return 1;
                    });
          };
      Time.Timer _ =
          time.schedule(() -> time.every(50 * MS, endNs, send), time.random((int) (50 * MS)));
    }
    time.pass(Duration.ofNanos(endNs));
    return reached[0];
  }

  @ParameterizedTest
  @CsvSource({"40, 110", "50, 110", "60, 110", "70, 110"})
  void dependencyThatFailsPartlyIsLeftAloneAsWithoutScouts(int failing, int percent) {
    int with = reachedWhilePartlyFailing(failing, PLAIN);
    int without = reachedWhilePartlyFailing(failing, trickling(PLAIN, Duration.ZERO));
    assertThat(with * 100L).isLessThanOrEqualTo((long) without * percent);
    // What that is: far less than all calls once more than the breaker's share of them fails.
    if (failing > 50) {
      assertThat(with).isLessThan(40 * 1_800 * 20 / 5);
    }
  }

  @Test
  void withoutTrickleNothingPasses() {
    Dependency it = dependency(trickling(PLAIN, Duration.ZERO));
    trip(it);
    time.pass(Duration.ofMillis(3_900));
    assertThat(sent(it, 10_000, false)).isZero();
  }
}
