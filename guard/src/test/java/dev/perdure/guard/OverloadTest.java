package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.policy.Retry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A dependency that is asked for twice what it can do, in simulated time. */
class OverloadTest {
  private static final long US = 1_000;
  private static final long SECOND = 1_000_000_000;
  private static final int WORKERS = 100;

  private final SimulatedTime time = new SimulatedTime();
  private final ArrayDeque<CompletableFuture<Integer>> queue = new ArrayDeque<>();
  private final List<Long> tookNs = new ArrayList<>();
  private final Map<Priority, Integer> refused = new EnumMap<>(Priority.class);
  private final Map<Priority, Integer> served = new EnumMap<>(Priority.class);
  private int busy;

  /** Of ten calls, one critical, two high, three normal, four sheddable. */
  private boolean mixed = true;

  /** A hundred workers, 8 to 12 ms each: 10,000 calls a second. */
  private CompletableFuture<Integer> answer() {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    queue.add(answer);
    serve();
    return answer;
  }

  private void serve() {
    while (busy < WORKERS && !queue.isEmpty()) {
      CompletableFuture<Integer> answer = queue.poll();
      busy++;
      Time.Timer _ =
          time.schedule(
              () -> {
                busy--;
                answer.complete(1);
                serve();
              },
              8_000 * US + time.random(4_000) * US);
    }
  }

  private void load(Dependency it, int perSecond, int seconds) {
    tookNs.clear();
    refused.clear();
    served.clear();
    long endNs = time.nowNs() + seconds * SECOND;
    time.every(
        SECOND / perSecond,
        endNs,
        () -> {
          int kind = mixed ? time.random(10) : 0;
          Priority priority =
              kind == 0
                  ? Priority.CRITICAL
                  : kind < 3 ? Priority.HIGH : kind < 6 ? Priority.NORMAL : Priority.SHEDDABLE;
          long start = time.nowNs();
          CompletableFuture<Integer> _ =
              it.callAsync(Call.once().priority(priority), attempt -> answer())
                  .whenComplete(
                      (value, thrown) -> {
                        if (thrown == null) {
                          tookNs.add(time.nowNs() - start);
                          served.merge(priority, 1, Integer::sum);
                        } else {
                          refused.merge(priority, 1, Integer::sum);
                        }
                      });
        });
    time.pass(Duration.ofSeconds(seconds));
  }

  private long p99Ns() {
    List<Long> sorted = tookNs.stream().sorted().toList();
    return sorted.get(sorted.size() * 99 / 100);
  }

  private Dependency dependency(Concurrency concurrency) {
    Policy policy =
        Policy.defaults().with(Retry.none()).with(Breaking.defaults()).with(concurrency);
    return Guard.builder().time(time).policies(Map.of("it", policy)).build().dependency("it");
  }

  @Test
  void atTwiceTheLoadAdmittedP99IsAtMostThreeTimesUnloadedAndNoCriticalCallIsLost() {
    Dependency it = dependency(Concurrency.adaptive(20, 1_000));
    load(it, 2_000, 5);
    long unloadedNs = p99Ns();
    load(it, 20_000, 1);
    assertThat(refused).as("in the first second").doesNotContainKey(Priority.CRITICAL);
    assertThat(refused).containsKey(Priority.SHEDDABLE);
    load(it, 20_000, 10);
    assertThat(p99Ns()).isLessThanOrEqualTo(3 * unloadedNs);
    assertThat(tookNs).as("goodput, of 100,000").hasSizeGreaterThan(90_000);
    assertThat(refused).as("from then on").doesNotContainKey(Priority.CRITICAL);
    assertThat(refused.get(Priority.SHEDDABLE)).isGreaterThan(refused.get(Priority.NORMAL));
    assertThat(served.get(Priority.HIGH)).isGreaterThan(35_000);
  }

  @Test
  void criticalCallsAloneAreLimitedLikeAllOthers() {
    Dependency it = dependency(Concurrency.adaptive(20, 1_000));
    mixed = false;
    load(it, 2_000, 5);
    long unloadedNs = p99Ns();
    load(it, 20_000, 2);
    load(it, 20_000, 10);
    assertThat(p99Ns()).isLessThanOrEqualTo(3 * unloadedNs);
    assertThat(refused.get(Priority.CRITICAL)).isGreaterThan(80_000);
  }

  @Test
  void withFixedLimitThatIsTooWideTheSameLoadWaits() {
    Dependency it = dependency(Concurrency.fixed(1_000));
    load(it, 2_000, 5);
    long unloadedNs = p99Ns();
    load(it, 20_000, 5);
    assertThat(p99Ns()).isGreaterThan(5 * unloadedNs);
  }
}
