package dev.perdure.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemException;
import dev.perdure.server.fixture.ApiServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PeerWatchTest {

  private static final long SECOND = 1_000_000_000L;

  private final HandClock clock = new HandClock();
  private final PeerWatch watch =
      new PeerWatch(
          clock,
          ApiServer.impatient(
              Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ofSeconds(30)));

  private static final class HandClock implements Clock {
    private long nowNs = 5;

    @Override
    public long wallMicros() {
      return nowNs / 1_000;
    }

    @Override
    public long monotonicNs() {
      return nowNs;
    }

    void pass(long seconds) {
      nowNs += seconds * SECOND;
    }
  }

  private PeerWatch.Verdict look() {
    return watch.look(clock.nowNs);
  }

  @Test
  void letsASilentConnectionBeForTheIdleTimeout() {
    watch.beforeRead();
    clock.pass(74);
    assertThat(look()).isEqualTo(PeerWatch.Verdict.FINE);
    clock.pass(2);
    assertThat(look()).isEqualTo(PeerWatch.Verdict.GONE);
    assertThatThrownBy(() -> watch.afterRead(0)).isInstanceOf(PeerWatch.PeerCut.class);
  }

  @Test
  void countsOneDeadlineForAWholeRequestHoweverItsBytesCome() {
    for (int second = 0; second < 10; second++) {
      watch.beforeRead();
      clock.pass(1);
      assertThat(look()).isEqualTo(PeerWatch.Verdict.FINE);
      watch.afterRead(1);
    }
    watch.beforeRead();
    clock.pass(2);
    assertThat(look()).isEqualTo(PeerWatch.Verdict.SLOW_REQUEST);
    assertThat(look()).isEqualTo(PeerWatch.Verdict.GONE);
    assertThatThrownBy(() -> watch.afterRead(1)).isInstanceOf(PeerWatch.PeerCut.class);
  }

  @Test
  void doesNotCutWhileNobodyReads() {
    watch.beforeRead();
    watch.afterRead(100);
    watch.requestBegins();
    clock.pass(50);
    assertThat(look()).isEqualTo(PeerWatch.Verdict.FINE);
  }

  @Test
  void writesNothingIntoAnAnswerThatHasBegun() {
    watch.beforeRead();
    watch.afterRead(100);
    watch.requestBegins();
    watch.answering();
    watch.beforeRead();
    clock.pass(11);
    assertThat(look()).isEqualTo(PeerWatch.Verdict.GONE);
  }

  @Test
  void givesAStreamedBodyItsTimeAnewWithEveryPiece() {
    watch.beforeRead();
    watch.afterRead(100);
    watch.requestBegins();
    for (int piece = 0; piece < 5; piece++) {
      watch.progress();
      watch.beforeRead();
      clock.pass(9);
      assertThat(look()).isEqualTo(PeerWatch.Verdict.FINE);
      watch.afterRead(100);
      watch.taken(100);
    }
  }

  @Test
  void startsAnewWithTheNextRequest() {
    watch.beforeRead();
    watch.afterRead(100);
    watch.requestBegins();
    clock.pass(9);
    watch.requestEnds();
    watch.beforeRead();
    clock.pass(60);
    assertThat(look()).isEqualTo(PeerWatch.Verdict.FINE);
    watch.afterRead(1);
    watch.beforeRead();
    clock.pass(9);
    assertThat(look()).isEqualTo(PeerWatch.Verdict.FINE);
  }

  @Test
  void cutsAPeerThatDoesNotReadItsAnswer() {
    watch.beforeWrite();
    clock.pass(29);
    assertThat(look()).isEqualTo(PeerWatch.Verdict.FINE);
    clock.pass(2);
    assertThat(look()).isEqualTo(PeerWatch.Verdict.GONE);
  }

  @Test
  void readsNoFurtherThanSomebodyTakes() {
    watch.beforeRead();
    watch.afterRead(1 << 20);
    assertThatThrownBy(watch::beforeRead)
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("chunk");
    watch.taken(1 << 20);
    watch.beforeRead();
    assertThat(look()).isEqualTo(PeerWatch.Verdict.FINE);
  }
}
