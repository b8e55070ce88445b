package dev.perdure.guard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Stale;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a file may say, and what it is told when it may not. */
class PolicyFileTest {

  private static List<String> mistakes(String text) {
    PolicyFileException thrown =
        catchThrowableOfType(PolicyFileException.class, () -> PolicyFile.read(text));
    return thrown.mistakes();
  }

  @Test
  void everythingCanBeSaid() {
    Policy policy =
        PolicyFile.read(
                """
                dependencies:
                  db:
                    deadline: {total: 1m, attempt: 500ms, isolation: detached}
                    retry: {attempts: 1, on: [5xx, 429], hedge: p95, budget: {ratio: 0%}}
                    breaker: {open: 7s, key: dependency, half-open-max: 9s, probes: 3}
                    concurrency: {limit: 7, tenant-share: 50%}
                    fallback: {stale: {max-staleness: 1h, ttl: 3s, entries: 9}}
                """)
            .get("db");
    assertThat(policy.deadline())
        .isEqualTo(
            new Deadlines(
                Duration.ofMinutes(1), Duration.ofMillis(500), Deadlines.Isolation.DETACHED));
    assertThat(policy.retry().on()).containsExactlyInAnyOrder("5xx", "429");
    assertThat(policy.retry().hedgePercentile()).isEqualTo(95);
    assertThat(policy.retry().budget().percent()).isZero();
    assertThat(policy.breaker().tenants()).isNull();
    assertThat(policy.breaker().open())
        .isEqualTo(new Breaking.Opening(Duration.ofSeconds(7), Duration.ofSeconds(7)));
    assertThat(policy.concurrency().isFixed()).isTrue();
    assertThat(policy.stale()).isEqualTo(new Stale(Duration.ofHours(1), Duration.ofSeconds(3), 9));
    assertThat(policy.rate()).isNull();
  }

  @Test
  void nothingSaidIsTheDefault() {
    assertThat(PolicyFile.read("dependencies: {it: {}}"))
        .isEqualTo(Map.of("it", Policy.defaults()));
    assertThat(PolicyFile.read("")).isEmpty();
  }

  @Test
  void everyMistakeIsNamedWithLineValueAndWhatIsAllowed() {
    assertThat(
            mistakes(
                """
                dependencies:
                  payments:
                    deadline: {total: 3 s}
                    retry:
                      attempts: 11
                      on: [connect, 404]
                    breaker:
                      failure-rate: 50
                      open: 60s..5s
                      colour: red
                    rate: {burst: 5}
                """))
        .containsExactlyInAnyOrder(
            "line 3: dependencies.payments.deadline.total: '3 s': allowed is a time like 50ms, 3s,"
                + " 5m, 1h or 1d",
            "line 6: dependencies.payments.retry.on: '404': allowed is a list of connect, timeout,"
                + " io, error, 429, 500..599, 5xx",
            "line 8: dependencies.payments.breaker.failure-rate: '50': allowed is a percentage like"
                + " 50%",
            "line 9: dependencies.payments.breaker.open: '60s..5s': allowed is a time or two, like"
                + " 5s or 5s..60s",
            "line 10: dependencies.payments.breaker.colour: unknown; allowed here is failure-rate,"
                + " half-open-max, in-a-row, key, min-calls, open, probes, tenants-max, trickle, vote,"
                + " window",
            "line 11: dependencies.payments.rate.limit: is missing, and has no default");
  }

  @Test
  void valuesOutOfRangeAreNamedToo() {
    assertThat(mistakes("dependencies:\n  a:\n    retry:\n      attempts: 11\n"))
        .containsExactly("line 4: dependencies.a.retry: retry.attempts is 11; allowed is 1 to 10");
    assertThat(mistakes("dependencies:\n  a:\n    deadline:\n      attempt: 2h\n"))
        .containsExactly(
            "line 4: dependencies.a.deadline: deadline.attempt is 2h; allowed is 1ms to 1h");
    assertThat(mistakes("dependencies: [a]"))
        .containsExactly("line 1: dependencies: 'a list': allowed is keys with values");
    assertThat(mistakes("a: {")).hasSize(1).allMatch(text -> text.startsWith("line 1: not YAML"));
    assertThat(mistakes("dependency: {}"))
        .containsExactly("line 1: dependency: unknown; allowed here is dependencies");
  }
}
