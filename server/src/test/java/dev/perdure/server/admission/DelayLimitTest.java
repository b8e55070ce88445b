package dev.perdure.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DelayLimitTest {

  private static final long MS = 1_000_000;

  private long nowNs = 1_000 * MS;
  private double due;
  private final DelayLimit limit = new DelayLimit(20 * MS, 8, 1_000, nowNs);

  /** A service that answers so many a second, and at once if fewer are under way. */
  private void serve(double perSecond, int callers, int seconds) {
    for (int i = 0; i < seconds * 100; i++) {
      int underWay = Math.min(callers, limit.limit());
      long tookNs = Math.max(2 * MS, (long) (underWay / perSecond * 1e9));
      due += Math.min(perSecond, underWay * 1e9 / tookNs) / 100;
      for (; due >= 1; due--) {
        limit.learn(tookNs, underWay, nowNs, Ask.NO_SHARD);
      }
      nowNs += 10 * MS;
    }
  }

  @Test
  void settlesWhereCommandsTakeAsLongAsTheyMay() {
    serve(5_000, 10_000, 20);
    assertThat(limit.limit()).isBetween(70, 130);
    assertThat(limit.typicalNs()).isBetween(14 * MS, 26 * MS);
  }

  @Test
  void followsAServiceThatGetsSlowerAndFasterAgain() {
    serve(5_000, 10_000, 20);
    serve(1_000, 10_000, 20);
    assertThat(limit.limit()).isBetween(14, 40);
    serve(20_000, 10_000, 30);
    assertThat(limit.limit()).isBetween(280, 520);
  }

  @Test
  void isNotShrunkByManyCallersThatAreServedInTime() {
    serve(20_000, 256, 20);
    assertThat(limit.limit()).isGreaterThan(300);
  }

  @Test
  void staysWithinItsBounds() {
    serve(10, 10_000, 60);
    assertThat(limit.limit()).isBetween(8, 20);
    serve(100_000, 10_000, 60);
    assertThat(limit.limit()).isEqualTo(1_000);
  }

  @Test
  void aDelayThatOthersMakeDoesNotShrinkItBelowWhatTheRateNeeds() {
    serve(10_000, 10_000, 10);
    for (int i = 0; i < 300; i++) {
      for (int sample = 0; sample < 80; sample++) {
        limit.learn(200 * MS, limit.limit(), nowNs, Ask.NO_SHARD);
      }
      nowNs += 10 * MS;
    }
    assertThat(limit.limit()).isGreaterThanOrEqualTo(150);
  }

  @Test
  void aShardThatIsSlowSaysNothingOfTheOthers() {
    for (int i = 0; i < 3_000; i++) {
      for (int sample = 0; sample < 4; sample++) {
        limit.learn(300 * MS, limit.limit(), nowNs, 0);
        limit.learn(2 * MS, limit.limit(), nowNs, 1);
      }
      nowNs += 10 * MS;
    }
    assertThat(limit.limit()).isEqualTo(1_000);
    for (int i = 0; i < 3_000; i++) {
      for (int sample = 0; sample < 4; sample++) {
        limit.learn(300 * MS, limit.limit(), nowNs, 0);
        limit.learn(400 * MS, limit.limit(), nowNs, 1);
      }
      nowNs += 10 * MS;
    }
    assertThat(limit.limit()).as("all are slow").isLessThan(500);
  }

  @Test
  void commandsThatAreSlowByThemselvesAreNotOverload() {
    for (int i = 0; i < 3_000; i++) {
      limit.learn(80 * MS, Math.min(500, limit.limit()), nowNs, Ask.NO_SHARD);
      nowNs += 10 * MS;
    }
    assertThat(limit.limit()).isGreaterThan(400);
  }
}
