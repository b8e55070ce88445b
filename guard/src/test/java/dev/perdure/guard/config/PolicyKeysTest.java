package dev.perdure.guard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Rate;
import dev.perdure.guard.policy.Stale;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything that a policy has can be said in a file: a new field without a key fails here. */
class PolicyKeysTest {

  /** What has no default is there all the same, so that its parts are looked at. */
  private static final Policy BEFORE =
      Policy.defaults()
          .with(Rate.perSecond(500, 50))
          .with(new Stale(Duration.ofMinutes(5), Duration.ZERO, 10_000));

  private static final String REST = "rate: {limit: 500/s, burst: 50}";
  private static final String KEEP = "fallback: {stale: {max-staleness: 5m}}";

  /** A file that changes one field alone, by the field. */
  private static final Map<String, String> SAYING =
      Map.ofEntries(
          Map.entry("deadline.total", "deadline: {total: 4s}"),
          Map.entry("deadline.attempt", "deadline: {attempt: 2s}"),
          Map.entry("deadline.isolation", "deadline: {isolation: detached}"),
          Map.entry("retry.attempts", "retry: {attempts: 4}"),
          Map.entry("retry.backoff.base", "retry: {backoff: {base: 60ms}}"),
          Map.entry("retry.backoff.max", "retry: {backoff: {max: 2s}}"),
          Map.entry("retry.backoff.jitter", "retry: {backoff: {jitter: none}}"),
          Map.entry("retry.backoff.factor", "retry: {backoff: {factor: 1.5}}"),
          Map.entry("retry.on", "retry: {on: [5xx]}"),
          Map.entry("retry.budget.percent", "retry: {budget: {ratio: 20%}}"),
          Map.entry("retry.budget.burst", "retry: {budget: {burst: 5}}"),
          Map.entry("retry.hedgePercentile", "retry: {hedge: p90}"),
          Map.entry("breaker.trip.window", "breaker: {window: 20s}"),
          Map.entry("breaker.trip.failurePercent", "breaker: {failure-rate: 60%}"),
          Map.entry("breaker.trip.minCalls", "breaker: {min-calls: 30}"),
          Map.entry("breaker.trip.inARow", "breaker: {in-a-row: 3}"),
          Map.entry("breaker.open.first", "breaker: {open: 6s..60s}"),
          Map.entry("breaker.open.longest", "breaker: {open: 5s..70s}"),
          Map.entry("breaker.open.trickle", "breaker: {trickle: 1s}"),
          Map.entry("breaker.probes", "breaker: {probes: 5}"),
          Map.entry("breaker.halfOpenMax", "breaker: {half-open-max: 20s}"),
          Map.entry("breaker.tenants.voteWindow", "breaker: {vote: {window: 3s}}"),
          Map.entry("breaker.tenants.voteTenants", "breaker: {vote: {tenants: 4}}"),
          Map.entry("breaker.tenants.max", "breaker: {tenants-max: 100}"),
          Map.entry("concurrency.min", "concurrency: {min: 10}"),
          Map.entry("concurrency.max", "concurrency: {max: 300}"),
          Map.entry("concurrency.tenantPercent", "concurrency: {tenant-share: 50%}"),
          Map.entry("concurrency.shed.sheddable", "concurrency: {shed: {sheddable: 50%}}"),
          Map.entry("concurrency.shed.normal", "concurrency: {shed: {normal: 80%}}"),
          Map.entry("concurrency.shed.high", "concurrency: {shed: {high: 90%}}"),
          Map.entry("rate.calls", "rate: {limit: 600/s, burst: 50}"),
          Map.entry("rate.period", "rate: {limit: 500/m, burst: 50}"),
          Map.entry("rate.burst", "rate: {limit: 500/s, burst: 60}"),
          Map.entry("rate.tenantPercent", "rate: {limit: 500/s, burst: 50, tenant-share: 50%}"),
          Map.entry("stale.maxStaleness", "fallback: {stale: {max-staleness: 6m}}"),
          Map.entry("stale.ttl", "fallback: {stale: {max-staleness: 5m, ttl: 1s}}"),
          Map.entry("stale.entries", "fallback: {stale: {max-staleness: 5m, entries: 9}}"));

  /** The fields that are no records themselves, with their values. */
  private static Map<String, @Nullable Object> fields(String path, Record part) throws Exception {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (RecordComponent one : part.getClass().getRecordComponents()) {
      Object value = one.getAccessor().invoke(part);
      String name = path.isEmpty() ? one.getName() : path + "." + one.getName();
      if (value instanceof Record inside) {
        fields.putAll(fields(name, inside));
      } else {
        fields.put(name, value);
      }
    }
    return fields;
  }

  private static Policy read(String saying) {
    StringBuilder text = new StringBuilder("dependencies:\n  it:\n");
    for (String line : new String[] {saying, REST, KEEP}) {
      String part = line.substring(0, line.indexOf(':'));
      if (line.equals(saying) || !saying.startsWith(part)) {
        text.append("    ").append(line).append('\n');
      }
    }
    return Objects.requireNonNull(PolicyFile.read(text.toString()).get("it"));
  }

  @Test
  void everyFieldOfEveryPolicyHasKeyThatChangesItAlone() throws Exception {
    Map<String, @Nullable Object> before = fields("", BEFORE);
    assertThat(SAYING.keySet())
        .as("fields of policies; a new one needs a key in PolicyFile and a line here")
        .containsExactlyInAnyOrderElementsOf(before.keySet());
    for (Map.Entry<String, String> one : SAYING.entrySet()) {
      Map<String, @Nullable Object> changed = fields("", read(one.getValue()));
      changed.entrySet().removeAll(before.entrySet());
      assertThat(changed.keySet()).as(one.getValue()).containsExactly(one.getKey());
    }
  }

  @Test
  void keyOfBreakersTakesTheirTenantsAway() {
    assertThat(read("breaker: {key: dependency}").breaker().tenants()).isNull();
    assertThat(read("breaker: {key: tenant}")).isEqualTo(BEFORE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retry: {backoff: {factor: 11}} | retry.backoff.factor is 11; allowed is 1 to 10",
        "retry: {backoff: {factor: 0.5}} | retry.backoff.factor is 0.5; allowed is 1 to 10",
        "retry: {backoff: {factor: two}} | allowed is a number like 2 or 1.5",
        "retry: {budget: {burst: 0}} | retry.budget.burst is 0; allowed is 1 to 1000",
        "breaker: {trickle: 5ms} | breaker.trickle is 5ms; allowed is 10ms to 1h",
        "retry: {hedge: p30} | allowed is off or p50 to p99",
        "concurrency: {shed: {normal: 50%}} | concurrency.shed.normal is 50; allowed is 60 to 100",
        "concurrency: {shed: {critical: 90%}} | unknown; allowed here is high, normal, sheddable",
        "concurrency: {shed: {high: 101%}} | concurrency.shed.high is 101; allowed is 85 to 100",
      })
  void mistakesInThemAreNamedWithTheirLine(String saying, String mistake) {
    assertThatThrownBy(() -> read(saying))
        .isInstanceOf(PolicyFileException.class)
        .hasMessageStartingWith("line 3: dependencies.it.")
        .hasMessageContaining(mistake.strip());
  }
}
