package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.guard.breaker.Generation;
import dev.perdure.guard.breaker.Generation.State;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Rate;
import dev.perdure.guard.policy.Retry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When a breaker opens, closes, and does neither. */
@SuppressWarnings("ThreadPriorityCheck") // Yields so that threads meet; nothing depends on it.
class BreakerTest {
  private static final Duration OPEN = Duration.ofSeconds(73);
  private static final Duration HALF_OPEN_MAX = Duration.ofSeconds(30);

  /** Nothing but the breaker is in the way. */
  private static final Policy POLICY =
      Policy.defaults()
          .with(Retry.none())
          .with(Deadlines.of(Duration.ofHours(1), Duration.ofHours(1)))
          .with(Concurrency.fixed(10_000));

  private final SimulatedTime time = new SimulatedTime();
  private final Dependency dependency = dependency(time);
  private final AtomicLong lastPassed = new AtomicLong();

  private static Dependency dependency(SimulatedTime time) {
    return Guard.builder().time(time).policies(Map.of("it", POLICY)).build().dependency("it");
  }

  private static int fail() {
    throw new IllegalStateException("planned");
  }

  private static void trip(Dependency dependency) {
    for (int i = 0; i < 20; i++) {
      assertThat(dependency.outcome(Call.once(), a -> fail())).isInstanceOf(Outcome.Failed.class);
    }
    assertThat(state(dependency)).isEqualTo(State.OPEN);
  }

  private static State state(Dependency dependency) {
    return dependency.breaker("").state();
  }

  private static Outcome<Integer> good(Dependency dependency) {
    return dependency.outcome(Call.once(), attempt -> 1);
  }

  @Test
  void failuresInARowOpenItHoweverFewCallsThereAre() {
    Breaking.Trip seldom = new Breaking.Trip(Duration.ofSeconds(10), 50, 20, 3);
    Dependency called =
        Guard.builder()
            .time(time)
            .policies(Map.of("it", POLICY.with(Breaking.defaults().tripping(seldom))))
            .build()
            .dependency("it");
    for (int i = 0; i < 100; i++) {
      good(called);
    }
    for (int i = 0; i < 2; i++) {
      called.outcome(Call.once(), a -> fail());
      time.pass(Duration.ofSeconds(30)); // the window has forgotten it, the row has not
    }
    good(called);
    for (int i = 0; i < 2; i++) {
      called.outcome(Call.once(), a -> fail());
    }
    assertThat(state(called)).isEqualTo(State.CLOSED);
    called.outcome(Call.once(), a -> fail());
    assertThat(state(called)).isEqualTo(State.OPEN);
    assertThat(called.outcome(Call.once(), a -> 1)).isInstanceOf(Outcome.NotSent.class);
  }

  @Test
  void dependencyThatLeavesThePoliciesAndComesBackIsTheSame() {
    Guard guard = Guard.builder().time(time).policies(Map.of("it", POLICY)).build();
    Dependency kept = guard.dependency("it");
    CompletableFuture<Integer> held = new CompletableFuture<>();
    CompletableFuture<Integer> given = kept.callAsync(Call.once(), attempt -> held);
    trip(kept);
    guard.reload(Map.of("other", POLICY));
    assertThatThrownBy(() -> guard.dependency("it"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there are: other");
    assertThat(guard.names()).containsExactly("other");
    assertThat(good(kept)).as("who kept it goes on").isInstanceOf(Outcome.NotSent.class);
    Policy next = POLICY.with(Concurrency.fixed(7));
    guard.reload(Map.of("it", next));
    assertThat(guard.dependency("it")).isSameAs(kept);
    assertThat(kept.policy()).isEqualTo(next);
    assertThat(kept.limit()).isEqualTo(7);
    assertThat(kept.underWay()).isEqualTo(1);
    assertThat(good(kept)).isInstanceOf(Outcome.NotSent.class);
    assertThat(held.complete(1)).isTrue();
    assertThat(given).isCompletedWithValue(1);
    assertThat(kept.underWay()).isZero();
  }

  @Test
  void noMoreThanThousandThatLeftAreRemembered() {
    Guard guard = Guard.builder().time(time).policies(Map.of("it", POLICY)).build();
    Dependency first = guard.dependency("it");
    for (int i = 0; i < 1_000; i++) {
      guard.reload(Map.of("other" + i, POLICY));
    }
    guard.reload(Map.of("it", POLICY));
    assertThat(guard.dependency("it")).as("with 999 others").isSameAs(first);
    for (int i = 0; i < 1_002; i++) {
      guard.reload(Map.of("another" + i, POLICY));
    }
    guard.reload(Map.of("it", POLICY));
    assertThat(guard.dependency("it")).isNotSameAs(first);
  }

  @Test
  void exactlyTenProbesPerHalfOpenWithTwoThousandVirtualThreads() throws Exception {
    int threads = 2_000;
    int episodes = 1_000;
    // By the number of the generation: every second one is half-open, and all its probes fail.
    AtomicIntegerArray sent = new AtomicIntegerArray(3 * episodes);
    AtomicInteger opened = new AtomicInteger();
    trip(dependency);
    Action<Integer, RuntimeException> probe =
        attempt -> {
          int generation = (int) attempt.tenantGeneration.number();
          sent.incrementAndGet(generation);
          // In every tenth episode all threads have their turn while the probes are out.
          if (generation / 2 % 10 == 0) {
            Thread.yield();
          }
          return fail();
        };
    Runnable calls =
        () -> {
          while (opened.get() < episodes) {
            if (dependency.outcome(Call.once(), probe) instanceof Outcome.NotSent) {
              passIfOpen(opened);
              Thread.yield();
            }
          }
        };
    List<Thread> running = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      running.add(Thread.startVirtualThread(calls));
    }
    for (Thread thread : running) {
      thread.join();
    }
    // Generation 1 was closed, 2 open, 3 half-open, 4 open, 5 half-open …; the last may not be
    // over.
    for (int episode = 0; episode < episodes - 1; episode++) {
      assertThat(sent.get(3 + 2 * episode)).as("probes of episode %d", episode).isEqualTo(10);
    }
    assertThat(dependency.underWay()).isZero();
  }

  /** Lets an open breaker's time pass, once for each generation. */
  private void passIfOpen(AtomicInteger opened) {
    Generation now = dependency.breaker("");
    if (now.state() == State.OPEN
        && lastPassed.getAndAccumulate(now.number(), Math::max) < now.number()) {
      time.pass(OPEN);
      opened.incrementAndGet();
    }
  }

  @Test
  void lateResultsOfAnOlderGenerationChangeNothing() {
    List<CompletableFuture<Integer>> slow = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      CompletableFuture<Integer> stage = new CompletableFuture<>();
      slow.add(stage);
      CompletableFuture<Integer> _ = dependency.callAsync(Call.once(), attempt -> stage);
    }
    trip(dependency);
    time.pass(OPEN);
    // Half-open: good and bad results of the closed state are not results of probes.
    assertThat(good(dependency)).isInstanceOf(Outcome.Ok.class);
    assertThat(state(dependency)).isEqualTo(State.HALF_OPEN);
    slow.subList(0, 25).forEach(stage -> stage.completeExceptionally(new IOException("late")));
    assertThat(state(dependency)).isEqualTo(State.HALF_OPEN);
    for (int i = 0; i < 9; i++) {
      assertThat(good(dependency)).isInstanceOf(Outcome.Ok.class);
    }
    assertThat(state(dependency)).isEqualTo(State.CLOSED);
    // Closed again: the failures of before are not its failures.
    slow.subList(25, 50).forEach(stage -> stage.completeExceptionally(new IOException("late")));
    assertThat(state(dependency)).isEqualTo(State.CLOSED);
    assertThat(dependency.counts().late()).isEqualTo(50);
    assertThat(dependency.underWay()).isZero();
  }

  @Test
  void errorsInHalfOpenAreNoVerdictAndItRecoversAtOnce() {
    trip(dependency);
    time.pass(OPEN);
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(
              () ->
                  dependency.call(
                      Call.once(),
                      attempt -> {
                        throw new AssertionError("ours");
                      }))
          .isInstanceOf(AssertionError.class);
    }
    closesWithTenGoodCalls();
  }

  @Test
  void interruptedProbesAreNoVerdictAndItRecoversAtOnce() throws Exception {
    trip(dependency);
    time.pass(OPEN);
    List<Thread> threads = new ArrayList<>();
    CountDownLatch inside = new CountDownLatch(10);
    for (int i = 0; i < 10; i++) {
      threads.add(
          Thread.startVirtualThread(
              () ->
                  dependency.outcome(
                      Call.once(),
                      attempt -> {
                        inside.countDown();
                        new CountDownLatch(1).await();
                        return 1;
                      })));
    }
    inside.await();
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join();
    }
    closesWithTenGoodCalls();
  }

  @Test
  void recoversWithinHalfOpenMaxWhenProbesNeverComeBack() {
    trip(dependency);
    time.pass(OPEN);
    for (int i = 0; i < 10; i++) {
      CompletableFuture<Integer> _ =
          dependency.callAsync(Call.once(), attempt -> new CompletableFuture<>());
    }
    assertThat(good(dependency)).isInstanceOf(Outcome.NotSent.class);
    time.pass(HALF_OPEN_MAX);
    closesWithTenGoodCalls();
  }

  private void closesWithTenGoodCalls() {
    for (int i = 0; i < 10; i++) {
      assertThat(state(dependency)).isNotEqualTo(State.CLOSED);
      assertThat(good(dependency)).isInstanceOf(Outcome.Ok.class);
    }
    assertThat(state(dependency)).isEqualTo(State.CLOSED);
  }

  @Test
  void clockStepsOfAnHourHaveNoEffectBecauseNothingReadsTheWallClock() throws Exception {
    Path classes = Path.of(Guard.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes)) {
      files
          .filter(file -> file.toString().endsWith(".class"))
          .forEach(
              file -> {
                String constants = text(file);
                for (String clock :
                    List.of("currentTimeMillis", "java/time/Instant", "java/time/Clock")) {
                  if (constants.contains(clock)) {
                    found.add(file + ": " + clock);
                  }
                }
              });
    }
    assertThat(found).isEmpty();
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void behavesTheSameWhereverTheMonotonicClockBegins() {
    List<String> usual = life(0);
    assertThat(usual).contains("NotSent").contains("Ok").contains("Failed");
    for (long origin :
        new long[] {Long.MAX_VALUE - 5_000_000_000L, Long.MIN_VALUE, -3_600_000_000_000L}) {
      assertThat(life(origin)).isEqualTo(usual);
    }
  }

  /** A hundred calls over some minutes, with an outage in the middle. */
  private static List<String> life(long originNs) {
    SimulatedTime time = new SimulatedTime(originNs);
    Policy policy =
        Policy.defaults()
            .with(Rate.perSecond(2, 3))
            .with(Breaking.defaults().tripping(new Breaking.Trip(Duration.ofSeconds(30), 50, 10)));
    Dependency it =
        Guard.builder().time(time).policies(Map.of("it", policy)).build().dependency("it");
    List<String> outcomes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      boolean dead = i >= 60 && i < 120;
      Outcome<Integer> outcome = it.outcome(Call.idempotent(), attempt -> dead ? fail() : 1);
      outcomes.add(outcome.getClass().getSimpleName());
      time.pass(Duration.ofMillis(i % 3 == 0 ? 100 : 700));
    }
    return outcomes;
  }
}
