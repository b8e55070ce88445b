package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.watch.ClockOffset;
import org.junit.jupiter.api.Test;

class PeerClocksTest {

  private static final long MS = 1_000;
  private static final long SECOND = 1_000 * MS;
  private static final long MINUTE = 60 * SECOND;
  private static final long NS = 1_000;

  private final PeerClocks clocks = new PeerClocks();
  private long nowMicros = 1_000 * MINUTE;

  /** A node whose clock is ahead of this one's answers; the way takes equally long both ways. */
  private void answers(String node, long aheadMicros, long wayMicros) {
    long theirs = nowMicros + wayMicros + aheadMicros;
    nowMicros += 2 * wayMicros;
    clocks.said(node, theirs, new Heard.Moment(nowMicros, nowMicros * NS, 2 * wayMicros * NS));
  }

  private ClockOffset offset() {
    return clocks.offset(nowMicros * NS);
  }

  @Test
  void aNodeAloneKnowsNothing() {
    assertThat(offset()).isEqualTo(ClockOffset.NONE);
  }

  @Test
  void isOffIfMostSaySo() {
    answers("n2", -5 * MINUTE, 10 * MS);
    answers("n3", -5 * MINUTE, 10 * MS);
    assertThat(offset()).isEqualTo(new ClockOffset(5 * MINUTE - 10 * MS, 2));
  }

  @Test
  void isNotOffIfAnotherIs() {
    answers("n2", 5 * MINUTE, 10 * MS);
    answers("n3", 0, 10 * MS);
    assertThat(offset()).isEqualTo(new ClockOffset(0, 2));
  }

  @Test
  void ofTwoNobodyKnowsWhichIsWrong() {
    answers("n2", 5 * MINUTE, 10 * MS);
    assertThat(offset()).isEqualTo(new ClockOffset(0, 1));
  }

  @Test
  void theShortestWayCountsAndWhatItLeavesOpenIsNotHeldAgainstAnybody() {
    answers("n2", -2 * SECOND, 300 * MS);
    answers("n3", -2 * SECOND, 300 * MS);
    assertThat(offset().micros()).isEqualTo(1_700 * MS);
    answers("n2", -2 * SECOND, 5 * MS);
    answers("n3", -2 * SECOND, 5 * MS);
    assertThat(offset().micros()).isEqualTo(1_995 * MS);
    answers("n2", -2 * SECOND, 300 * MS);
    assertThat(offset().micros()).isEqualTo(1_995 * MS);
  }

  @Test
  void whoIsSilentDoesNotCount() {
    answers("n2", -5 * MINUTE, MS);
    answers("n3", -5 * MINUTE, MS);
    nowMicros += 6 * SECOND;
    assertThat(offset()).isEqualTo(ClockOffset.NONE);
  }

  @Test
  void aClockThatWasSetIsBelievedAtOnce() {
    for (int i = 0; i < 20; i++) {
      answers("n2", 5 * MINUTE, MS);
      answers("n3", 5 * MINUTE, MS);
    }
    assertThat(offset().micros()).isEqualTo(-5 * MINUTE + MS);
    answers("n2", 0, 2 * MS);
    answers("n3", 0, 2 * MS);
    assertThat(offset().micros()).isZero();
  }
}
