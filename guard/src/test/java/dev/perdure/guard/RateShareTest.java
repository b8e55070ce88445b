package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Rate;
import dev.perdure.guard.policy.Reason;
import dev.perdure.guard.policy.Retry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rate that several tenants share, one of them hostile, in simulated time. */
class RateShareTest {
  private static final long SECOND = 1_000_000_000L;

  private final SimulatedTime time = new SimulatedTime();
  private final Map<String, Integer> sent = new HashMap<>();
  private final Map<String, Integer> refused = new HashMap<>();

  private Dependency dependency(Rate rate) {
    return dependency(Policy.defaults().with(Retry.none()).with(rate));
  }

  private Dependency dependency(Policy policy) {
    return Guard.builder().time(time).policies(Map.of("it", policy)).build().dependency("it");
  }

  private void call(Dependency it, Call call, String kind) {
    boolean ok = it.outcome(call, attempt -> 1) instanceof Outcome.Ok;
    (ok ? sent : refused).merge(kind, 1, Integer::sum);
  }

  private void tenant(Dependency it, String name, int perSecond, long endNs) {
    Call call = Call.once().tenant(name);
    String kind = name.replaceAll("\\d", "");
    Time.Timer _ =
        time.schedule(
            () -> time.every(SECOND / perSecond, endNs, () -> call(it, call, kind)),
            time.random((int) (SECOND / perSecond)));
  }

  /** Fifty tenants call five times a second each, and a hostile one ten times what is allowed. */
  private double othersRefused(Rate rate) {
    Dependency it = dependency(rate);
    long endNs = time.nowNs() + 60 * SECOND;
    tenant(it, "hostile", 5_000, endNs);
    for (int i = 0; i < 50; i++) {
      tenant(it, "other" + i, 5, endNs);
    }
    time.pass(Duration.ofSeconds(60));
    double all = sent.getOrDefault("other", 0) + refused.getOrDefault("other", 0);
    assertThat(all).isGreaterThan(14_900);
    assertThat(it.counts().refused().get(Reason.RATE) + refused.get("hostile")).isPositive();
    return refused.getOrDefault("other", 0) / all;
  }

  @Test
  void hostileTenantThatUsesUpTheRateHarmsNobodyElse() {
    assertThat(othersRefused(Rate.perSecond(500, 50))).isLessThan(0.001);
    assertThat(sent.get("hostile")).as("what nobody else wants is its").isGreaterThan(60 * 200);
    assertThat(sent.get("hostile") + sent.get("other")).isLessThanOrEqualTo(60 * 500 + 50);
  }

  @Test
  void withoutSharesTheSameTenantTakesItAll() {
    // What the test above would look like if shares did nothing.
    assertThat(othersRefused(Rate.perSecond(500, 50).sharing(100))).isGreaterThan(0.5);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 1", "4, 1", "8, 1", "50, 1", "1, 20", "4, 20", "8, 20", "50, 20"})
  void smallTenantsDoNotKeepBigOneFromWhatNobodyWants(int burst, int small) {
    Dependency it = dependency(Rate.perSecond(500, burst));
    long endNs = 60 * SECOND;
    tenant(it, "big", 500, endNs);
    for (int i = 0; i < small; i++) {
      tenant(it, "small" + i, 10, endNs);
    }
    time.pass(Duration.ofSeconds(60));
    int all = sent.get("big") + sent.getOrDefault("small", 0);
    assertThat(all).as("of %s", 60 * 500).isBetween(60 * 450, 60 * 500 + burst);
    if (burst < Rate.SHARED_BURST_MIN) {
      assertThat(it.counts().refused().get(Reason.TENANT_RATE)).as("no shares").isZero();
    } else if (small == 1) {
      assertThat(refused).doesNotContainKey("small");
    }
  }

  @Test
  void tenantThatIsAloneHasAllOfIt() {
    Dependency it = dependency(Rate.perSecond(500, 50));
    tenant(it, "alone", 5_000, 10 * SECOND);
    time.pass(Duration.ofSeconds(10));
    assertThat(sent.get("alone")).isBetween(5_000, 5_050);
    assertThat(it.counts().refused().get(Reason.TENANT_RATE)).isZero();
  }

  @Test
  void tenantBackFromSlowerRateIsNotHeldToItsDebts() {
    Policy slow = Policy.defaults().with(new Rate(4, Duration.ofMinutes(1), 4));
    Guard guard = Guard.builder().time(time).policies(Map.of("it", slow)).build();
    Dependency it = guard.dependency("it");
    call(it, Call.once().tenant("other"), "other");
    call(it, Call.once().tenant("anna"), "anna");
    assertThat(sent).containsEntry("anna", 1);
    call(it, Call.once().tenant("anna"), "anna");
    assertThat(it.counts().refused().get(Reason.TENANT_RATE)).as("its one of four").isEqualTo(1);
    guard.reload(Map.of("it", slow.with(Rate.perSecond(500, 50))));
    time.pass(Duration.ofMillis(200));
    for (int i = 0; i < 12; i++) {
      call(it, Call.once().tenant("anna"), "anna");
    }
    assertThat(refused).containsOnly(Map.entry("anna", 1));
  }

  @Test
  void callThatFindsNoRoomTakesNothingOfItsTenantsShare() {
    Policy narrow = Policy.defaults().with(Concurrency.fixed(1)).with(Rate.perSecond(4, 4));
    Dependency it = dependency(narrow);
    call(it, Call.once().tenant("other"), "other");
    CompletableFuture<Integer> held =
        it.callAsync(Call.once(), attempt -> new CompletableFuture<>());
    for (int i = 0; i < 10; i++) {
      call(it, Call.once().tenant("anna"), "anna");
    }
    assertThat(it.counts().refused().get(Reason.CONCURRENCY)).isEqualTo(10);
    assertThat(held.cancel(true)).isTrue();
    call(it, Call.once().tenant("anna"), "anna");
    assertThat(sent).containsEntry("anna", 1);
  }

  @Test
  void millionTenantKeysGetNoMoreThanTheRateAndTakeBoundedMemory() {
    int max = 1_000;
    Breaking breaker =
        Breaking.defaults().perTenant(new Breaking.Tenants(Duration.ofSeconds(2), 1_000_000, max));
    Policy policy = Policy.defaults().with(Retry.none()).with(breaker);
    Dependency it = dependency(policy.with(Rate.perSecond(500, 50)));
    for (int i = 0; i < 1_000_000; i++) {
      time.sleepNs(10_000);
      call(it, Call.once().tenant("t" + i), "all");
    }
    assertThat(it.tenants()).isEqualTo(max);
    assertThat(sent.get("all")).as("ten seconds").isBetween(5_000, 5_050);
    assertThat(Objects.requireNonNull(it.counts().refused().get(Reason.RATE)))
        .isEqualTo(1_000_000L - sent.get("all"));
  }
}
