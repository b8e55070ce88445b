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
}
