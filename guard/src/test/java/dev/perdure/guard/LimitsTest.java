package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.guard.breaker.Generation.State;
import dev.perdure.guard.config.PolicyFile;
import dev.perdure.guard.config.PolicyFileException;
import dev.perdure.guard.limit.Gcra;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.policy.Rate;
import dev.perdure.guard.policy.Reason;
import dev.perdure.guard.policy.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Limits of our own making: what they let through, and that nobody is blamed for them. */
@SuppressWarnings("ThreadPriorityCheck") // Yields so that threads meet; nothing depends on it.
class LimitsTest {
  private static final long MS = 1_000_000;

  private final SimulatedTime time = new SimulatedTime();

  private Dependency dependency(Policy policy) {
    return Guard.builder().time(time).policies(Map.of("it", policy)).build().dependency("it");
  }

  @Test
  void ownLimitsSaturatedThirtyTimesLeaveTheBreakerClosedAndCauseNoRetries() {
    Policy policy =
        Policy.defaults()
            .with(Concurrency.fixed(10))
            .with(Retry.defaults().on("connect", "timeout", "io", "error", "5xx"))
            .with(Rate.perSecond(900, 20));
    Dependency it = dependency(policy);
    AtomicInteger good = new AtomicInteger();
    // Room for ten calls of 10 ms is 1,000 a second, the rate 900; 30,000 come.
    for (int ms = 0; ms < 3_000; ms++) {
      for (int i = 0; i < 30; i++) {
        CompletableFuture<Integer> _ =
            it.callAsync(
                Call.idempotent().priority(Priority.CRITICAL),
                attempt -> {
                  CompletableFuture<Integer> stage = new CompletableFuture<>();
                  Time.Timer timer = time.schedule(() -> stage.complete(1), 10 * MS);
                  assertThat(timer).isNotNull();
                  return stage.whenComplete((value, thrown) -> good.incrementAndGet());
                });
      }
      time.pass(Duration.ofMillis(1));
    }
    time.pass(Duration.ofSeconds(1));
    Counts counts = it.counts();
    assertThat(good.get()).isGreaterThan(2_500);
    assertThat(counts.refused().get(Reason.CONCURRENCY)).isPositive();
    assertThat(counts.refused().get(Reason.RATE)).isPositive();
    assertThat(counts.allRefused() + counts.calls()).isEqualTo(90_000);
    assertThat(counts.repeats()).isZero();
    assertThat(counts.failed()).isZero();
    assertThat(it.breaker("").number()).as("the breaker never changed").isEqualTo(1);
  }

  private static boolean begins(
      Dependency it, String tenant, Priority priority, CompletableFuture<Integer> held) {
    CompletableFuture<Integer> given =
        it.callAsync(Call.once().tenant(tenant).priority(priority), attempt -> held);
    return !given.isDone();
  }

  @Test
  void whatMattersLessTakesNothingOfATenantsShareFromWhatMattersMost() {
    Dependency it = dependency(Policy.defaults().with(Concurrency.fixed(20)));
    CompletableFuture<Integer> held = new CompletableFuture<>();
    for (int i = 0; i < 5; i++) {
      assertThat(begins(it, "a", Priority.SHEDDABLE, held)).isTrue();
    }
    for (int i = 0; i < 6; i++) {
      assertThat(begins(it, "t" + i, Priority.SHEDDABLE, held)).isTrue();
    }
    // More than half is taken, and a has its quarter of it.
    assertThat(begins(it, "a", Priority.SHEDDABLE, held)).isFalse();
    for (int i = 0; i < 5; i++) {
      assertThat(begins(it, "a", Priority.CRITICAL, held)).isTrue();
    }
    assertThat(begins(it, "a", Priority.CRITICAL, held)).isFalse();
    assertThat(begins(it, "b", Priority.CRITICAL, held)).isTrue();
    held.complete(1);
    assertThat(it.underWay()).isZero();
    CompletableFuture<Integer> later = new CompletableFuture<>();
    for (int i = 0; i < 10; i++) {
      assertThat(begins(it, "a", Priority.CRITICAL, later)).as("nothing was left behind").isTrue();
    }
    later.complete(1);
  }

  @Test
  void callThatFindsNoRoomTakesNothingOfTheRate() {
    Policy policy =
        Policy.defaults().with(Concurrency.fixed(1)).with(new Rate(1, Duration.ofSeconds(1), 2));
    Dependency it = dependency(policy);
    CompletableFuture<Integer> held = new CompletableFuture<>();
    CompletableFuture<Integer> given = it.callAsync(Call.once(), attempt -> held);
    for (int i = 0; i < 10; i++) {
      assertThat(refused(it, "anna")).isEqualTo(Reason.CONCURRENCY);
    }
    assertThat(held.complete(1)).isTrue();
    assertThat(given).isCompletedWithValue(1);
    assertThat(letIn(it, 10)).as("of a burst of two").isEqualTo(1);
    assertThat(refused(it, "anna")).isEqualTo(Reason.RATE);
  }

  @Test
  void nothingIsGivenBackThatCameBackByItself() {
    Gcra.Pace pace = new Gcra.Pace(new Rate(1, Duration.ofSeconds(1), 1));
    Gcra gcra = new Gcra(0);
    assertThat(gcra.tryTake(pace, 0)).isTrue();
    assertThat(gcra.tryTake(pace, 1_000 * MS)).isTrue();
    gcra.giveBack(pace, 0, 1_000 * MS);
    assertThat(gcra.tryTake(pace, 1_000 * MS)).isFalse();
    gcra.giveBack(pace, 1_000 * MS, 1_001 * MS);
    assertThat(gcra.tryTake(pace, 1_001 * MS)).isTrue();
  }

  @Test
  void afterTenSecondsOfHangsCapacityIsBackWithinOneAttemptTimeout() {
    Breaking never =
        Breaking.defaults().tripping(new Breaking.Trip(Duration.ofSeconds(10), 100, 1_000_000));
    Dependency it = dependency(Policy.defaults().with(Concurrency.fixed(100)).with(never));
    AtomicBoolean hangs = new AtomicBoolean(true);
    AtomicInteger good = new AtomicInteger();
    Runnable call =
        () -> {
          CompletableFuture<Integer> _ =
              it.callAsync(
                  Call.once().priority(Priority.CRITICAL),
                  attempt -> {
                    CompletableFuture<Integer> stage = new CompletableFuture<>();
                    if (!hangs.get()) {
                      good.incrementAndGet();
                      stage.complete(1);
                    }
                    return stage;
                  });
        };
    time.every(MS, time.nowNs() + 10_000 * MS, call);
    time.pass(Duration.ofSeconds(10));
    assertThat(it.underWay()).as("all permits hang").isBetween(95, 100);
    hangs.set(false);
    time.pass(Duration.ofSeconds(1));
    assertThat(it.underWay()).isZero();
    time.every(MS, time.nowNs() + 1_000 * MS, call);
    time.pass(Duration.ofSeconds(1));
    assertThat(good.get()).isEqualTo(1_000);
  }

  @Test
  void noSlidingHundredMillisecondWindowExceedsBurstAndRate() {
    Rate rate = Rate.perSecond(500, 50);
    Gcra.Pace pace = new Gcra.Pace(rate);
    Gcra gcra = new Gcra(time.nowNs());
    List<Long> granted = new ArrayList<>();
    for (int i = 0; i < 2_000_000; i++) {
      // Rushes and pauses, so that the burst fills up and empties.
      time.sleepNs(time.random(1_000) == 0 ? time.random(200_000_000) : time.random(20_000));
      if (gcra.tryTake(pace, time.nowNs())) {
        granted.add(time.nowNs());
      }
    }
    long seconds = time.nowNs() / 1_000_000_000;
    assertThat(granted).as("the limit is given too").hasSizeGreaterThan((int) (seconds * 250));
    assertThat(mostWithin(granted.stream().mapToLong(Long::longValue).toArray(), 100 * MS))
        .isBetween(90, 100);
  }

  @Test
  void noSlidingWindowExceedsItWithManyThreadsEither() throws Exception {
    Gcra.Pace pace = new Gcra.Pace(Rate.perSecond(500, 50));
    long startNs = System.nanoTime();
    Gcra gcra = new Gcra(startNs);
    long[][] granted = new long[4][10_000];
    List<Thread> threads = new ArrayList<>();
    for (long[] mine : granted) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    int count = 0;
                    long now = startNs;
                    while (now - startNs < 1_000 * MS) {
                      now = System.nanoTime();
                      if (gcra.tryTake(pace, now)) {
                        mine[count++] = now;
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    long[] all =
        Arrays.stream(granted)
            .flatMapToLong(Arrays::stream)
            .filter(at -> at != 0)
            .sorted()
            .toArray();
    assertThat(mostWithin(all, 100 * MS)).isLessThanOrEqualTo(100);
    assertThat(all.length).isGreaterThan(50);
  }

  private static int mostWithin(long[] times, long windowNs) {
    int most = 0;
    int first = 0;
    for (int last = 0; last < times.length; last++) {
      while (times[last] - times[first] >= windowNs) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  @Test
  void anotherRateOwesNoMoreThanItsOwnBurstForWhatTheOldOneGave() {
    Policy slow = Policy.defaults().with(new Rate(60, Duration.ofMinutes(1), 60));
    Policy fast = Policy.defaults().with(Rate.perSecond(500, 50));
    Guard guard = Guard.builder().time(time).policies(Map.of("it", slow)).build();
    Dependency it = guard.dependency("it");
    assertThat(letIn(it, 100)).isEqualTo(60);
    guard.reload(Map.of("it", fast));
    assertThat(letIn(it, 100)).as("the burst is owed").isZero();
    time.pass(Duration.ofMillis(100));
    assertThat(letIn(it, 100)).as("and is there again as the new rate says").isEqualTo(50);
    guard.reload(Map.of("it", fast.with(Retry.none())));
    assertThat(letIn(it, 100)).as("the same rate goes on as it was").isZero();
    guard.reload(Map.of("it", slow));
    assertThat(letIn(it, 100)).as("100 ms are owed").isEqualTo(59);
  }

  @Test
  void callThatEndsUnderTheOldRateOwesTheNewOneNothing() {
    Retry again = Retry.of(2).on("error").within(100);
    Policy slow = Policy.defaults().with(again).with(new Rate(60, Duration.ofMinutes(1), 60));
    Policy fast = Policy.defaults().with(again).with(Rate.perSecond(500, 50));
    Guard guard = Guard.builder().time(time).policies(Map.of("it", slow)).build();
    Dependency it = guard.dependency("it");
    CompletableFuture<Integer> first = new CompletableFuture<>();
    CompletableFuture<Integer> given =
        it.callAsync(
            Call.idempotent(),
            attempt -> attempt.number() == 1 ? first : CompletableFuture.completedFuture(2));
    guard.reload(Map.of("it", fast));
    first.completeExceptionally(new IllegalStateException("planned"));
    time.pass(Duration.ofMillis(100));
    assertThat(given).isCompletedWithValue(2);
    assertThat(letIn(it, 100)).isEqualTo(50);
  }

  private static int letIn(Dependency it, int calls) {
    int in = 0;
    for (int i = 0; i < calls; i++) {
      in += it.outcome(Call.once(), attempt -> 1) instanceof Outcome.Ok ? 1 : 0;
    }
    return in;
  }

  @Test
  void millionTenantKeysStayBoundedAndNeverFailOpen() {
    int max = 1_000;
    Breaking breaker =
        Breaking.defaults().perTenant(new Breaking.Tenants(Duration.ofSeconds(2), 1_000_000, max));
    Dependency it = dependency(Policy.defaults().with(Retry.none()).with(breaker));
    failTwentyTimes(it, "victim");
    assertThat(it.breaker("victim").state()).isEqualTo(State.OPEN);
    for (int i = 0; i < 1_000_000; i++) {
      assertThat(give(it, Call.once().tenant("t" + i), 1)).isEqualTo(1);
      if (i % 1_000 == 0) {
        assertThat(it.tenants()).isLessThanOrEqualTo(max);
        assertThat(refused(it, "victim")).isEqualTo(Reason.TENANT_BREAKER);
      }
    }
    // Every place is taken by an open breaker: what comes now shares one, and that opens too.
    for (int i = 0; it.tenants() < max || i < 3 * max; i++) {
      failTwentyTimes(it, "bad" + i);
    }
    assertThat(it.tenants()).isEqualTo(max);
    assertThat(refused(it, "victim")).isEqualTo(Reason.TENANT_BREAKER);
    assertThat(refused(it, "somebody new")).isEqualTo(Reason.TENANT_BREAKER);
    // When their time is over and nobody asked for them, they make room again.
    time.pass(Duration.ofMinutes(5));
    assertThat(give(it, Call.once().tenant("after"), 1)).isEqualTo(1);
    assertThat(it.tenants()).isEqualTo(max);
  }

  private static void failTwentyTimes(Dependency it, String tenant) {
    for (int i = 0; i < 20; i++) {
      Outcome<Integer> _ =
          it.outcome(
              Call.once().tenant(tenant),
              attempt -> {
                throw new IllegalStateException("planned");
              });
    }
  }

  private static Reason refused(Dependency it, String tenant) {
    Outcome<Integer> outcome = it.outcome(Call.once().tenant(tenant), attempt -> 1);
    assertThat(outcome).isInstanceOf(Outcome.NotSent.class);
    return ((Outcome.NotSent<Integer>) outcome).reason();
  }

  @Test
  void reloadUnderLoadLosesNoPermitAndBadConfigurationIsRejectedWhole() throws Exception {
    Policy wide = PolicyFile.read(text("{limit: 50}", "1s", "1000000/s, burst: 1000000")).get("it");
    Policy narrow = PolicyFile.read(text("{limit: 10}", "2s", "60/m, burst: 60")).get("it");
    Policy adaptive =
        PolicyFile.read(text("{min: 5, max: 50}", "3s", "500/s, burst: 50")).get("it");
    Guard guard = Guard.of(Map.of("it", wide));
    Dependency it = guard.dependency("it");
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 200; t++) {
      Call call = Call.once().priority(Priority.CRITICAL).tenant("t" + t % 7);
      threads.add(
          Thread.startVirtualThread(
              () -> {
                while (!enough.get()) {
                  Outcome<Integer> _ =
                      it.outcome(
                          call,
                          attempt -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            Thread.yield();
                            return inside.decrementAndGet();
                          });
                  Thread.yield();
                }
              }));
    }
    for (int i = 0; i < 600; i++) {
      guard.reload(Map.of("it", List.of(wide, narrow, adaptive).get(i % 3)));
      Thread.yield();
      if (i % 50 == 0) {
        assertRejectedWhole(guard);
      }
    }
    enough.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most.get()).isBetween(2, 50);
    assertThat(it.underWay()).isZero();
    guard.reload(Map.of("it", narrow));
    List<CompletableFuture<Integer>> held = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      held.add(
          it.callAsync(
              Call.once().priority(Priority.CRITICAL), attempt -> new CompletableFuture<>()));
    }
    assertThat(it.underWay()).as("all ten permits are there").isEqualTo(10);
    assertThat(it.outcome(Call.once().priority(Priority.CRITICAL), attempt -> 1))
        .isInstanceOf(Outcome.NotSent.class);
    held.forEach(call -> call.cancel(true));
    assertThat(it.underWay()).isZero();
  }

  private static String text(String concurrency, String attempt, String rate) {
    return "dependencies:\n  it:\n    deadline: {attempt: "
        + attempt
        + "}\n    concurrency: "
        + concurrency
        + "\n    rate: {limit: "
        + rate
        + "}\n";
  }

  private static void assertRejectedWhole(Guard guard) {
    Policy before = guard.dependency("it").policy();
    assertThatThrownBy(
            () -> guard.reload(PolicyFile.read(text("{limit: 0}", "5", "1/s, burst: 1"))))
        .isInstanceOf(PolicyFileException.class)
        .hasMessageContaining("line 3: dependencies.it.deadline.attempt: '5'")
        .hasMessageContaining("line 4: dependencies.it.concurrency");
    assertThat(guard.dependency("it").policy()).isSameAs(before);
  }

  private static int give(Dependency it, Call call, int value) {
    return it.call(call, attempt -> value);
  }
}
