package dev.perdure.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a gate says that the node has more to do than it can: optional capabilities go then. */
class OverloadedTest {

  private static final long SECOND = 1_000_000_000;

  private long nowNs = 3 * SECOND;
  private final Gate gate =
      new Gate(
          new Gate.Settings(true, Duration.ofMillis(20), 100, 100, 50, Quota.NONE, Map.of()),
          new Clock() {
            @Override
            public long wallMicros() {
              return nowNs / 1_000;
            }

            @Override
            public long monotonicNs() {
              return nowNs;
            }
          });

  private boolean enters(String tenant, int urgency) {
    return gate.enter(new Ask(tenant, urgency, Ask.Kind.BRIEF, 1, 0, "", Ask.NO_SHARD))
        instanceof Pass;
  }

  private void fill(String tenant, int urgency) {
    while (enters(tenant, urgency)) {
      assertThat(gate.figures().underWay()).isLessThanOrEqualTo(100);
    }
  }

  private long refused() {
    return gate.figures().refused().getOrDefault("overload", 0L);
  }

  @Test
  void aFloodOfOneTenantAmongOthersIsItsOwn() {
    for (int i = 0; i < 50; i++) {
      assertThat(enters("honest", 3)).isTrue();
    }
    for (int urgency : new int[] {5, 3}) {
      long before = refused();
      for (int i = 0; i < 1_000; i++) {
        enters("hostile", urgency);
      }
      assertThat(refused()).isGreaterThan(before);
      assertThat(gate.overloaded()).isFalse();
    }
    assertThat(enters("honest", 3)).isFalse();
    assertThat(enters("hostile", 3)).isFalse();
    assertThat(gate.overloaded()).isTrue();
    assertThat(gate.overloaded()).isFalse();
  }

  @Test
  void whatMayBeShedIsNoMeasure() {
    for (String tenant : List.of("a", "b", "c", "d", "e")) {
      fill(tenant, 7);
    }
    for (String tenant : List.of("a", "b", "c", "d", "e")) {
      assertThat(enters(tenant, 7)).isFalse();
    }
    assertThat(refused()).isPositive();
    assertThat(gate.overloaded()).isFalse();
  }

  @Test
  void twoThatTakeTheirSharesAndWantMoreAreMoreThanItCan() {
    for (int i = 0; i < 50; i++) {
      enters("a", 3);
      enters("b", 3);
    }
    assertThat(gate.figures().underWay()).isEqualTo(76);
    assertThat(refused()).isZero(); // each was held to its share
    assertThat(gate.overloaded()).isTrue();
  }

  @Test
  void greedyOnesDoNotMakeItWhileThereIsRoom() {
    for (String other : List.of("c", "d", "e", "f")) {
      enters(other, 3);
    }
    for (int i = 0; i < 50; i++) {
      enters("a", 3);
      enters("b", 3);
    }
    assertThat(gate.figures().underWay()).isEqualTo(50);
    assertThat(gate.overloaded()).isFalse();
  }

  @Test
  void theOnlyTenantThereIsCanBeMoreThanItCan() {
    fill("only", 3);
    assertThat(gate.overloaded()).isTrue();
    assertThat(enters("next", 3)).isTrue();
    fill("only", 3);
    assertThat(gate.overloaded()).isFalse();
    nowNs += SECOND;
    fill("only", 3);
    nowNs += 59 * SECOND;
    fill("only", 3);
    assertThat(gate.overloaded()).isFalse();
    nowNs += 2 * SECOND;
    fill("only", 3);
    assertThat(gate.overloaded()).isTrue();
  }
}
