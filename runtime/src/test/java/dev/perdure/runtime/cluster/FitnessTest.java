package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FitnessTest {

  private static final long MS = 1_000_000;
  private static final long MINUTE_NS = 60_000 * MS;

  private final Fitness fitness = new Fitness();

  private void look(long nowNs, long ownMs, long otherMs) {
    fitness.look(
        Map.of("n1", new Disk("", false, ownMs * MS), "n2", new Disk("", false, otherMs * MS)),
        nowNs);
  }

  @Test
  void aDiskIsSlowBeyondABoundAndOnlyComparedWithAFasterOne() {
    look(0, 300, 20);
    assertThat(fitness.unfit("n1")).contains("300 ms").contains("20 ms").contains("n2");
    assertThat(fitness.unfit("n2")).isNull();
    look(0, 90, 1);
    assertThat(fitness.unfit("n1")).as("not slow in itself").isNull();
    look(0, 300, 100);
    assertThat(fitness.unfit("n1")).as("the other is no better").isNull();
    look(0, 300, 0);
    assertThat(fitness.unfit("n1")).as("of the other nothing is known").isNull();
  }

  @Test
  void aNodeThatRefusesWritesShouldNotLead() {
    fitness.look(Map.of("n1", new Disk("its disk is full", false, 0)), 0);
    assertThat(fitness.unfit("n1")).isEqualTo("its disk is full");
  }

  @Test
  void whoTookNoWritesLatelyIsBetterThanWhoTakesNone() {
    fitness.look(
        Map.of(
            "n1", new Disk("its disk is full", false, 0),
            "n2", new Disk("its log failed", true, 0),
            "n3", new Disk("", false, 300 * MS),
            "n4", new Disk("", false, MS)),
        0);
    assertThat(fitness.writes("n1")).isFalse();
    assertThat(fitness.writes("n2")).isTrue();
    assertThat(fitness.steady("n2")).isFalse();
    assertThat(fitness.unfit("n2")).isEqualTo("its log failed");
    assertThat(fitness.writes("n3")).as("only slow").isTrue();
  }

  @Test
  void whatNobodyLeadsGoesToOneThatDoesNotRefuse() {
    fitness.look(
        Map.of(
            "n1", new Disk("its clock is off", true, 0),
            "n2", new Disk("", false, 300 * MS),
            "n3", new Disk("its disk is full", false, 0),
            "n4", new Disk("", false, MS)),
        0);
    assertThat(fitness.takes("n1", true)).as("it would not lead either").isFalse();
    assertThat(fitness.takes("n1", false)).isTrue();
    assertThat(fitness.unfit("n2")).isNotNull();
    assertThat(fitness.takes("n2", true)).as("slow, but it would lead").isTrue();
    assertThat(fitness.takes("n3", false)).isFalse();
    assertThat(fitness.takes("n4", true)).isTrue();
  }

  @Test
  void whoWasUnfitIsNotSteadyForAMinute() {
    look(0, 300, 20);
    assertThat(fitness.steady("n1")).isFalse();
    assertThat(fitness.steady("n2")).isTrue();
    look(MINUTE_NS - 1, 1, 1);
    assertThat(fitness.unfit("n1")).isNull();
    assertThat(fitness.steady("n1")).isFalse();
    look(MINUTE_NS, 1, 1);
    assertThat(fitness.steady("n1")).isTrue();
  }
}
