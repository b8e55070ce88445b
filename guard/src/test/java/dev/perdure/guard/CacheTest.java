package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Retry;
import dev.perdure.guard.policy.Stale;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that are given while a dependency fails. */
class CacheTest {
  private final SimulatedTime time = new SimulatedTime();
  private final Dependency it =
      Guard.builder()
          .time(time)
          .policies(
              Map.of(
                  "it",
                  Policy.defaults()
                      .with(Retry.none())
                      .with(new Stale(Duration.ofMinutes(5), Duration.ofSeconds(10), 32))))
          .build()
          .dependency("it");

  private record Doc(String text, long version) {}

  private static Call read(long least) {
    return Call.read("doc").versions(least, value -> ((Doc) value).version());
  }

  private Outcome<Doc> answered(Call call, Doc doc) {
    return it.outcome(call, attempt -> doc);
  }

  private Outcome<Doc> broken(Call call) {
    return it.outcome(
        call,
        attempt -> {
          throw new IOException("planned");
        });
  }

  @Test
  void freshValueIsGivenWithoutCallAndOldOneOnlyWhenTheCallFails() {
    Doc one = new Doc("one", 1);
    Doc two = new Doc("two", 2);
    assertThat(answered(read(0), one)).isEqualTo(new Outcome.Ok<>(one));
    assertThat(answered(read(0), two)).isEqualTo(new Outcome.Ok<>(one));
    time.pass(Duration.ofSeconds(11));
    assertThat(broken(read(0))).isEqualTo(new Outcome.Stale<>(one, Duration.ofSeconds(11)));
    assertThat(answered(read(0), two)).isEqualTo(new Outcome.Ok<>(two));
    time.pass(Duration.ofMinutes(6));
    assertThat(broken(read(0))).isInstanceOf(Outcome.Failed.class);
    assertThat(it.counts().stale()).isEqualTo(1);
  }

  @Test
  void versionOlderThanWhatTheCallerKnowsIsNotGivenAndNeverReplacesNewerOne() {
    Doc two = new Doc("two", 2);
    assertThat(answered(read(0), two)).isEqualTo(new Outcome.Ok<>(two));
    assertThat(broken(read(3))).isInstanceOf(Outcome.Failed.class);
    time.pass(Duration.ofSeconds(11));
    assertThat(answered(read(0), new Doc("one", 1))).isInstanceOf(Outcome.Ok.class);
    assertThat(broken(read(2))).isInstanceOf(Outcome.Stale.class);
    it.forget(null, "doc", 3);
    assertThat(broken(read(0))).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void tenantsDoNotSeeEachOthersValuesAndTheNumberIsBounded() {
    Doc one = new Doc("one", 1);
    assertThat(answered(read(0).tenant("anna"), one)).isInstanceOf(Outcome.Ok.class);
    assertThat(broken(read(0).tenant("ben"))).isInstanceOf(Outcome.Failed.class);
    assertThat(broken(read(0).tenant("anna"))).isInstanceOf(Outcome.Ok.class);
    int kept = 0;
    for (int i = 0; i < 1_000; i++) {
      assertThat(answered(Call.read("k" + i), one)).isInstanceOf(Outcome.Ok.class);
    }
    for (int i = 0; i < 1_000; i++) {
      time.pass(Duration.ofMillis(1));
      kept += broken(Call.read("k" + i)) instanceof Outcome.Failed ? 0 : 1;
    }
    assertThat(kept).isBetween(1, 32);
  }

  @Test
  void stagesGetOldValuesToo() {
    Doc one = new Doc("one", 1);
    assertThat(it.callAsync(read(0), attempt -> CompletableFuture.completedFuture(one)))
        .isCompletedWithValue(one);
    time.pass(Duration.ofSeconds(11));
    assertThat(
            it.callAsync(
                read(0),
                attempt -> CompletableFuture.<Doc>failedFuture(new IOException("planned"))))
        .isCompletedWithValue(one);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 304, 400, 401, 404, 429})
  void refusalIsGivenButNeitherKeptNorInTheWayOfWhatIs(int refusal) {
    Policy policy =
        Policy.defaults()
            .with(Retry.of(2).on("429", "5xx"))
            .with(new Stale(Duration.ofMinutes(5), Duration.ofSeconds(10), 32));
    Dependency web =
        Guard.builder()
            .time(time)
            .judge("web", StatusJudge.INSTANCE)
            .policies(Map.of("web", policy))
            .build()
            .dependency("web");
    Call get = Call.read("page");
    assertThat(web.outcome(get, attempt -> 200)).isEqualTo(new Outcome.Ok<>(200));
    time.pass(Duration.ofSeconds(11));
    assertThat(web.outcome(get, attempt -> refusal)).isEqualTo(new Outcome.Ok<>(refusal));
    assertThat(web.callAsync(get, attempt -> CompletableFuture.completedFuture(refusal)))
        .as("it was not kept")
        .isCompletedWithValue(refusal);
    assertThat(web.outcome(get, attempt -> 503))
        .isEqualTo(new Outcome.Stale<>(200, Duration.ofSeconds(11)));
    assertThat(web.outcome(get, attempt -> 201)).isEqualTo(new Outcome.Ok<>(201));
    assertThat(web.outcome(get, attempt -> 503)).as("fresh").isEqualTo(new Outcome.Ok<>(201));
    assertThat(web.counts().failed()).isEqualTo(1);
  }

  @Test
  void refusalEndsHedgedCallAtOnce() {
    Policy policy = Policy.defaults().with(Retry.of(2).within(100).hedged());
    Dependency web =
        Guard.builder()
            .time(time)
            .judge("web", StatusJudge.INSTANCE)
            .policies(Map.of("web", policy))
            .build()
            .dependency("web");
    for (int i = 0; i < 30; i++) {
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      CompletableFuture<Integer> given = web.callAsync(Call.idempotent(), attempt -> answer);
      time.pass(Duration.ofMillis(1));
      assertThat(answer.complete(200)).isTrue();
      assertThat(given).isCompletedWithValue(200);
    }
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    CompletableFuture<Integer> given =
        web.callAsync(
            Call.idempotent(),
            attempt -> attempt.number() == 1 ? answer : new CompletableFuture<>());
    time.pass(Duration.ofMillis(10));
    assertThat(web.underWay()).as("both attempts").isEqualTo(2);
    assertThat(answer.complete(404)).isTrue();
    assertThat(given).isCompletedWithValue(404);
    assertThat(web.underWay()).isZero();
  }
}
