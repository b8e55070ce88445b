package dev.perdure.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.lab.cluster.ProofSettings.Pace;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 20, 60, 600})
  void faultsAndTheCalmBetweenThemFitIntoTheTime(int seconds) {
    for (long seed = 0; seed < 20; seed++) {
      long all = 0;
      for (Schedule.Moment moment : Schedule.of(Pace.of(seconds), new SplittableRandom(seed))) {
        assertThat(moment.calmMs()).isPositive();
        assertThat(moment.faultMs()).isPositive();
        all += moment.calmMs() + moment.faultMs();
      }
      assertThat(all).isPositive().isLessThan(seconds * 1000L);
    }
  }

  @Test
  void aMinuteHasSeveralAndTheSeedDecidesWhen() {
    List<Schedule.Moment> once = Schedule.of(Pace.of(60), new SplittableRandom(7));
    assertThat(once).hasSize(6);
    assertThat(Schedule.of(Pace.of(60), new SplittableRandom(7))).isEqualTo(once);
    assertThat(Schedule.of(Pace.of(60), new SplittableRandom(8))).isNotEqualTo(once);
  }

  @Test
  void thereAreSixteenCombinationsWithWordsOfTheirOwn() {
    TreeSet<String> words = new TreeSet<>();
    for (Combination one : Combination.values()) {
      words.add(one.word());
    }
    assertThat(words).hasSize(16).contains("isolated-leader", "clock-back", "mix");
    assertThat(Combination.DISK_FOLLOWER.needsPeers()).isTrue();
    assertThat(Combination.KILL_ALL.needsPeers()).isFalse();
  }
}
