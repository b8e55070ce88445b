package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perdure.runtime.Build;
import dev.perdure.runtime.apply.ShardState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How busy shards are, from counters. */
class RatesTest {

  private static final long SECOND = 1_000_000_000;

  private final Rates rates = new Rates();

  private static StatusMessage says(String node, boolean leads, long commands) {
    return says(node, leads ? 1 : 0, commands);
  }

  /** In a term in which it leads; 0 if it does not. */
  private static StatusMessage says(String node, int term, long commands) {
    return new StatusMessage(
        node,
        List.of(
            new StatusMessage.Replica(
                4,
                term > 0,
                term,
                9,
                9,
                List.of(),
                new ShardState.StateHash(9, 1),
                List.of(),
                commands)),
        Disk.UNKNOWN,
        new Build("1", 1, 4),
        "",
        0);
  }

  @Test
  void comesToTheRateOfWhatIsDone() {
    for (int second = 0; second <= 150; second++) {
      rates.said(says("a", true, 1_000L * second), second * SECOND);
    }
    assertThat(rates.perSecond().get(4)).isCloseTo(1_000, within(10.0));
  }

  @Test
  void aRushOfASecondIsSmoothed() {
    rates.said(says("a", true, 0), 0);
    rates.said(says("a", true, 30_000), SECOND);
    assertThat(rates.perSecond().get(4)).isCloseTo(983, within(10.0));
  }

  @Test
  void aCounterThatBeginsAnewAndAFollowersDoNotCount() {
    rates.said(says("a", true, 50_000), 0);
    rates.said(says("a", true, 10), SECOND);
    rates.said(says("b", false, 90_000), SECOND);
    rates.said(says("b", 2, 90_000), 2 * SECOND);
    assertThat(rates.perSecond()).isEmpty();
    rates.said(says("b", 2, 90_100), 3 * SECOND);
    assertThat(rates.perSecond()).containsKey(4);
  }

  @Test
  void theLastWordsOfALeaderThatDiedDoNotHideTheNext() {
    StatusMessage last = says("a", 1, 5_000);
    rates.said(last, 0);
    for (int second = 1; second <= 150; second++) {
      rates.said(last, 0);
      rates.said(says("b", 2, 2_000L * second), second * SECOND);
    }
    assertThat(rates.perSecond().get(4)).isCloseTo(2_000, within(20.0));
  }

  @Test
  void theSameAnswerTwiceIsOne() {
    rates.said(says("a", true, 0), 0);
    rates.said(says("a", true, 100), SECOND);
    double once = rates.perSecond().get(4);
    rates.said(says("a", true, 100), SECOND);
    assertThat(rates.perSecond().get(4)).isEqualTo(once);
  }
}
