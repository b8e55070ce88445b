package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Retry;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand clients and a server that goes away, in simulated time. */
class StormTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
  private static final int CLIENTS = 1_000;

  private static final Breaking NEVER =
      Breaking.defaults()
          .shared()
          .tripping(new Breaking.Trip(Duration.ofSeconds(10), 100, 1_000_000));

  private static final Policy POLICY =
      Policy.defaults().with(Concurrency.fixed(100_000)).with(NEVER);

  private final SimulatedTime time = new SimulatedTime();

  private Supplier<Dependency> shared(Policy policy) {
    Dependency one = process(policy);
    return () -> one;
  }

  private Dependency process(Policy policy) {
    return Guard.builder().time(time).policies(Map.of("it", policy)).build().dependency("it");
  }

  /** Each client calls twice a second, beginning at its own moment. */
  private void clients(Supplier<Dependency> guards, long endNs, Server server) {
    for (int i = 0; i < CLIENTS; i++) {
      Dependency guard = guards.get();
      Time.Timer _ =
          time.schedule(
              () -> time.every(SECOND / 2, endNs, () -> server.call(guard)),
              time.random((int) (SECOND / 2)));
    }
  }

  /** Counts what reaches it, by second. */
  private abstract class Server {
    final Map<Long, Integer> attempts = new HashMap<>();
    final Map<Long, Integer> calls = new HashMap<>();
    final Map<Long, Integer> good = new HashMap<>();

    void call(Dependency guard) {
      calls.merge(time.nowNs() / SECOND, 1, Integer::sum);
      CompletableFuture<Integer> _ =
          guard
              .callAsync(
                  Call.idempotent(),
                  attempt -> {
                    attempts.merge(time.nowNs() / SECOND, 1, Integer::sum);
                    return answer(attempt);
                  })
              .whenComplete(
                  (value, thrown) -> {
                    if (thrown == null) {
                      good.merge(time.nowNs() / SECOND, 1, Integer::sum);
                    }
                  });
    }

    abstract CompletableFuture<Integer> answer(Attempt attempt);

    int sum(Map<Long, Integer> by, long from, long to) {
      int sum = 0;
      for (long second = from; second < to; second++) {
        sum += by.getOrDefault(second, 0);
      }
      return sum;
    }
  }

  /** Refuses connections from second 20 to 25. */
  private double amplification(Supplier<Dependency> guards) {
    Server server =
        new Server() {
          @Override
          CompletableFuture<Integer> answer(Attempt attempt) {
            long second = time.nowNs() / SECOND;
            return second >= 20 && second < 25
                ? CompletableFuture.failedFuture(new ConnectException("planned"))
                : CompletableFuture.completedFuture(1);
          }
        };
    clients(guards, 30 * SECOND, server);
    time.pass(Duration.ofSeconds(40));
    return server.sum(server.attempts, 20, 25) / (double) server.sum(server.calls, 20, 25);
  }

  @Test
  void fiveSecondOutageIsAmplifiedByAtMost15PercentWithSharedBudget() {
    assertThat(amplification(shared(POLICY))).isBetween(1.0, 1.15);
  }

  @Test
  void fiveSecondOutageIsAmplifiedByAtMostHalfWithOneBudgetPerProcess() {
    assertThat(amplification(() -> process(POLICY))).isBetween(1.0, 1.5);
  }

  @Test
  void withBudgetOfHundredPercentTheSameOutageIsDoubled() {
    // What the two tests above would look like if the budget did nothing.
    Policy free = POLICY.with(Retry.defaults().within(100));
    assertThat(amplification(shared(free))).isGreaterThan(1.9);
  }

  /** Thirty workers, ten milliseconds a call; hangs from second 10 to 15. */
  private final class Hanging extends Server {
    private record Work(Attempt attempt, long untilNs, CompletableFuture<Integer> answer) {}

    private final ArrayDeque<Work> queue = new ArrayDeque<>();
    private final boolean dropsExpired;
    private final long untilSecond;
    private int busy;

    Hanging(boolean dropsExpired) {
      this(dropsExpired, 15);
    }

    Hanging(boolean dropsExpired, long untilSecond) {
      this.dropsExpired = dropsExpired;
      this.untilSecond = untilSecond;
      Time.Timer _ = time.schedule(this::serve, untilSecond * SECOND);
    }

    @Override
    CompletableFuture<Integer> answer(Attempt attempt) {
      String timeout = attempt.headers().get("Perdure-Timeout").replace("ms", "");
      long untilNs = time.nowNs() + Long.parseLong(timeout) * MS;
      // Its own: a server does not see that a client has gone.
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      queue.add(new Work(attempt, untilNs, answer));
      serve();
      return answer;
    }

    private void serve() {
      boolean hangs = time.nowNs() >= 10 * SECOND && time.nowNs() < untilSecond * SECOND;
      while (!hangs && busy < 30 && !queue.isEmpty()) {
        Work work = queue.poll();
        if (dropsExpired && work.untilNs() - time.nowNs() <= 0) {
          continue;
        }
        busy++;
        Time.Timer _ =
            time.schedule(
                () -> {
                  busy--;
                  work.answer().complete(1);
                  serve();
                },
                10 * MS);
      }
    }
  }

  private double goodAfterHang(Policy policy, boolean dropsExpired, long second) {
    Hanging server = new Hanging(dropsExpired);
    clients(shared(policy), (second + 5) * SECOND, server);
    time.pass(Duration.ofSeconds(second + 6));
    return server.sum(server.good, second, second + 5)
        / (double) server.sum(server.calls, second, second + 5);
  }

  @Test
  void afterHangAtLeast95PercentAreGoodWithinTwoSecondsOfRecovery() {
    assertThat(goodAfterHang(POLICY, true, 17)).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void afterHangWithBreakerThatOpensShortlyTheSameHolds() {
    Breaking brief =
        Breaking.defaults()
            .shared()
            .opening(new Breaking.Opening(Duration.ofMillis(500), Duration.ofSeconds(1)));
    assertThat(goodAfterHang(POLICY.with(brief), true, 17)).isGreaterThanOrEqualTo(0.95);
  }

  /** A server that hangs from second 10 on, for so long, under what a guard does by default. */
  private Hanging hangs(Policy policy, int seconds) {
    Hanging server = new Hanging(true, 10 + seconds);
    clients(shared(policy), (17 + seconds) * SECOND, server);
    time.pass(Duration.ofSeconds(18 + seconds));
    return server;
  }

  private static Policy trickling(Duration trickle) {
    Breaking.Opening opening = Breaking.Opening.defaults().trickling(trickle);
    return Policy.defaults().with(Breaking.defaults().opening(opening));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 10, 60})
  void withDefaultsCapacityIsBackWithinOneAttemptTimeoutOfRecovery(int seconds) {
    Hanging server = hangs(Policy.defaults(), seconds);
    int end = 10 + seconds;
    for (int second = end + 1; second < end + 7; second++) {
      double calls = server.sum(server.calls, second, second + 1);
      assertThat(server.sum(server.good, second, second + 1) / calls)
          .as("good in second %d after recovery", second - end)
          .isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void withoutTrickleNothingIsGoodLongAfterHangOfMinute() {
    // What the test above would look like if nothing passed an open breaker.
    Hanging server = hangs(trickling(Duration.ZERO), 60);
    assertThat(server.sum(server.good, 70, 77)).isZero();
  }

  @Test
  void withRetriesUnboundedAndNothingDroppedItNeverRecovers() {
    // The server spends all its time on answers that nobody waits for any more.
    Policy free = POLICY.with(Retry.of(4).within(100));
    assertThat(goodAfterHang(free, false, 18)).isLessThan(0.5);
  }

  @Test
  void hedgesSharedWithRetriesStayWithinTheBudget() {
    Policy hedged = POLICY.with(Retry.defaults().hedged());
    List<Integer> order = new ArrayList<>();
    Server server =
        new Server() {
          private int number;

          @Override
          CompletableFuture<Integer> answer(Attempt attempt) {
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            // One in ten takes fifty times as long.
            long tookNs = number++ % 10 == 9 ? 500 * MS : 10 * MS;
            Time.Timer _ = time.schedule(() -> answer.complete(attempt.number()), tookNs);
            order.add(attempt.number());
            return answer;
          }
        };
    Dependency guard = process(hedged);
    time.every(10 * MS, 20 * SECOND, () -> server.call(guard));
    time.pass(Duration.ofSeconds(30));
    Counts counts = guard.counts();
    assertThat(counts.calls()).isEqualTo(2_000);
    assertThat(counts.repeats()).isBetween(50L, 205L);
    assertThat(order).contains(2).doesNotContain(3);
    assertThat(guard.underWay()).isZero();
  }
}
