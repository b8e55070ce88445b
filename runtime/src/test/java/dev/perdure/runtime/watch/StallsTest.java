package dev.perdure.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StallsTest {

  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  private final Stalls stalls = new Stalls();

  @Test
  void addsUpWhatIsMoreThanTheSchedulersAndForgetsIt() {
    stalls.woke(0, 40 * MS);
    assertThat(stalls.lately(SECOND).stoodNs()).isZero();
    stalls.woke(SECOND, SECOND + 300 * MS);
    stalls.woke(3 * SECOND, 3 * SECOND + 700 * MS);
    assertThat(stalls.lately(4 * SECOND)).isEqualTo(new Stalls.Lately(1_000 * MS, 700 * MS));
    assertThat(stalls.lately(12 * SECOND)).isEqualTo(new Stalls.Lately(700 * MS, 700 * MS));
    assertThat(stalls.lately(14 * SECOND).stoodNs()).isZero();
    assertThat(stalls.totalNs()).isEqualTo(1_000 * MS);
  }

  @Test
  void whatOthersCollectedIsThatOfTheLastSeconds() {
    Collected collected = new Collected();
    assertThat(collected.lately(0, 5_000)).isZero();
    assertThat(collected.lately(SECOND, 5_100)).isEqualTo(100);
    assertThat(collected.lately(SECOND + 500 * MS, 5_150)).isEqualTo(150);
    assertThat(collected.lately(11 * SECOND, 5_160)).isEqualTo(60);
    assertThat(collected.lately(60 * SECOND, 9_000)).isZero();
  }
}
