package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.guard.breaker.Generation;
import dev.perdure.guard.breaker.Generation.State;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Retry;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Many tenants, one of them hostile, in simulated time. */
class TenantsTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
  private static final int TENANTS = 50;

  private final SimulatedTime time = new SimulatedTime();
  private int others;
  private int othersRefused;
  private int reached;

  private Dependency dependency(Breaking breaker) {
    Policy policy = Policy.defaults().with(Retry.none()).with(breaker);
    return Guard.builder()
        .time(time)
        .judge("it", StatusJudge.INSTANCE)
        .policies(Map.of("it", policy))
        .build()
        .dependency("it");
  }

  private CompletableFuture<Integer> after(long ns, int status) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    Time.Timer _ = time.schedule(() -> answer.complete(status), ns);
    return answer;
  }

  /** What the dependency does for a call. */
  private interface Behaviour {
    CompletableFuture<Integer> answer(boolean hostile);
  }

  /** Fifty tenants call five times a second each; a hostile one calls 500 times a second. */
  private void run(Dependency it, int hostilePerSecond, long endNs, Behaviour behaviour) {
    for (int t = 0; t < TENANTS; t++) {
      Call call = Call.once().tenant("tenant-" + t);
      Time.Timer _ =
          time.schedule(
              () -> time.every(200 * MS, endNs, () -> send(it, call, behaviour)),
              time.random((int) (200 * MS)));
    }
    if (hostilePerSecond > 0) {
      Call call = Call.once().tenant("hostile");
      time.every(
          SECOND / hostilePerSecond,
          endNs,
          () -> {
            CompletableFuture<Integer> _ = it.callAsync(call, attempt -> behaviour.answer(true));
          });
    }
    time.pass(Duration.ofNanos(endNs + 5 * SECOND));
  }

  private void send(Dependency it, Call call, Behaviour behaviour) {
    others++;
    CompletableFuture<Integer> _ =
        it.callAsync(
                call,
                attempt -> {
                  reached++;
                  return behaviour.answer(false);
                })
            .whenComplete(
                (value, thrown) -> {
                  if (thrown instanceof NotSentException) {
                    othersRefused++;
                  }
                });
  }

  private void assertOthersUnharmed(boolean hostileFails, Behaviour behaviour) {
    Dependency it = dependency(Breaking.defaults());
    run(it, 500, 60 * SECOND, behaviour);
    assertThat(others).isGreaterThan(14_000);
    assertThat(othersRefused / (double) others).isLessThan(0.001);
    assertThat(it.breaker().state()).isEqualTo(State.CLOSED);
    Generation own = Objects.requireNonNull(it.breaker("hostile"));
    assertThat(own.number() > 1).as("its own breaker has opened").isEqualTo(hostileFails);
  }

  @Test
  void hostileTenantWhoseCallsFailHarmsNobodyElse() {
    assertOthersUnharmed(true, hostile -> after(10 * MS, hostile ? 500 : 200));
  }

  @Test
  void hostileTenantWhoseCallsAreRefusedHarmsNobodyElse() {
    assertOthersUnharmed(false, hostile -> after(10 * MS, hostile ? 400 : 200));
  }

  @Test
  void hostileTenantWhoseCallsHangHarmsNobodyElse() {
    assertOthersUnharmed(
        true, hostile -> hostile ? new CompletableFuture<>() : after(10 * MS, 200));
  }

  @Test
  void hostileTenantWhoseCallsAreSlowHarmsNobodyElse() {
    assertOthersUnharmed(false, hostile -> after(hostile ? 900 * MS : 10 * MS, 200));
  }

  /** Each trips its own breaker once, and is only looked at from then on: that is no outage. */
  @Test
  void threeHostileTenantsOfEightThatAreLookedAtForMinutesHarmNobodyElse() {
    Dependency it = dependency(Breaking.defaults());
    long endNs = 300 * SECOND;
    for (int t = 0; t < 5; t++) {
      Call call = Call.once().tenant("healthy-" + t);
      Time.Timer _ =
          time.schedule(
              () -> time.every(SECOND, endNs, () -> send(it, call, h -> after(10 * MS, 200))),
              time.random((int) SECOND));
    }
    for (int t = 0; t < 3; t++) {
      Call call = Call.once().tenant("hostile-" + t);
      Runnable hostile =
          () -> {
            CompletableFuture<Integer> _ = it.callAsync(call, attempt -> after(10 * MS, 500));
          };
      Time.Timer _ =
          time.schedule(() -> time.every(2 * MS, endNs, hostile), (15 + 15 * t) * SECOND);
    }
    time.pass(Duration.ofSeconds(305));
    assertThat(others).isGreaterThan(1_490);
    assertThat(othersRefused / (double) others).isLessThan(0.001);
    for (int t = 0; t < 3; t++) {
      Generation own = Objects.requireNonNull(it.breaker("hostile-" + t));
      assertThat(own.number()).as("it was looked at").isGreaterThan(10);
    }
  }

  /**
   * Retries and hedges of all share one budget, and one tenant's repeats may well use it up. It
   * then has used up repeats, not calls, and it cannot make more of them than a tenth of all calls.
   */
  @Test
  void retryBudgetExhaustionByOneTenantCostsOthersRepeatsAndNoCall() {
    // With no breaker in the way: the worst case for the budget.
    Breaking never =
        Breaking.defaults().tripping(new Breaking.Trip(Duration.ofHours(1), 100, 1_000_000));
    Dependency it =
        Guard.builder()
            .time(time)
            .policies(Map.of("it", Policy.defaults().with(never)))
            .build()
            .dependency("it");
    int[] attempts = new int[1];
    int[] hostile = new int[1];
    long endNs = 60 * SECOND;
    Call greedy = Call.idempotent().tenant("hostile");
    time.every(
        SECOND / 500,
        endNs,
        () -> {
          hostile[0]++;
          CompletableFuture<Integer> _ =
              it.callAsync(
                  greedy,
                  attempt -> {
                    attempts[0]++;
                    return CompletableFuture.failedFuture(new ConnectException("planned"));
                  });
        });
    run(
        it,
        0,
        endNs,
        own -> {
          attempts[0]++;
          return after(10 * MS, 200);
        });
    assertThat(othersRefused).isZero();
    assertThat(reached).isEqualTo(others);
    assertThat(attempts[0]).isLessThan((int) ((others + hostile[0]) * 1.15));
  }

  @Test
  void realOutageIsNoticedWithinTenPercentOfTheCallsOfSharedBreaker() {
    int shared = reachedInOutage(Breaking.defaults().shared());
    int voted = reachedInOutage(Breaking.defaults());
    assertThat(shared).isPositive();
    assertThat(voted).isLessThanOrEqualTo((int) (shared * 1.1));
  }

  /** Calls that reach a dependency that fails from second 20 on, for ten seconds. */
  private int reachedInOutage(Breaking breaker) {
    SimulatedTime own = time;
    Dependency it = dependency(breaker);
    long startNs = own.nowNs();
    int[] dead = new int[1];
    run(
        it,
        0,
        startNs + 30 * SECOND,
        hostile -> {
          boolean outage = own.nowNs() - startNs >= 20 * SECOND;
          dead[0] += outage ? 1 : 0;
          return after(10 * MS, outage ? 503 : 200);
        });
    return dead[0];
  }
}
