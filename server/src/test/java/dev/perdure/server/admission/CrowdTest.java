package dev.perdure.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** A limit and those whom it refuses, who are held back: what the one does, the other feels. */
class CrowdTest {

  private static final long MS = 1_000_000;
  private static final long TICK_NS = 10 * MS;

  /** More under way share a force of the journal: so many for half of what can be done. */
  private static final double SHARED = 25;

  private static final double PER_SECOND = 30_000;
  private static final long HELD_NS = 800 * MS;

  private final DelayLimit limit = new DelayLimit(20 * MS, 64, 1_024, 0);
  private final ArrayDeque<Long> held = new ArrayDeque<>();
  private long nowNs;
  private double due;
  private int crowdedTicks;
  private int refused;

  /** So many ask in a second, whether others are answered or not. */
  private void ask(double perSecond, int seconds) {
    crowdedTicks = 0;
    for (int i = 0; i < seconds * 100; i++) {
      refused = 0;
      double most = PER_SECOND * limit.limit() / (limit.limit() + SHARED);
      double done = Math.min(perSecond, most);
      int underWay = (int) Math.ceil(SHARED * done / (PER_SECOND - done));
      long tookNs = (long) ((underWay + SHARED) / PER_SECOND * 1e9);
      for (due += done / 100; due >= 1; due--) {
        limit.learn(tookNs, underWay, nowNs, Ask.NO_SHARD);
      }
      for (double away = (perSecond - done) / 100; away >= 1; away--) {
        refused++;
        boolean holds = held.size() < 4_096;
        limit.refused(holds);
        if (holds) {
          held.add(nowNs + HELD_NS);
        }
      }
      nowNs += TICK_NS;
      while (!held.isEmpty() && held.getFirst() <= nowNs) {
        held.poll();
        limit.told();
      }
      crowdedTicks += limit.crowded() ? 1 : 0;
    }
  }

  @Test
  void whoIsLetInIsServedAtOnceWhenFarMoreAsk() {
    ask(0.5 * PER_SECOND, 5);
    assertThat(limit.crowded()).isFalse();
    ask(5 * PER_SECOND, 60);
    assertThat(crowdedTicks).isGreaterThan(5_000);
    ask(5 * PER_SECOND, 1);
    assertThat(limit.typicalNs()).isLessThan(5 * MS);
  }

  @Test
  void aCrowdDoesNotKeepItselfAlive() {
    ask(0.87 * PER_SECOND, 10);
    assertThat(refused).isZero();
    ask(5 * PER_SECOND, 8);
    assertThat(limit.crowded()).isTrue();
    ask(0.87 * PER_SECOND, 14);
    assertThat(limit.crowded()).isFalse();
    assertThat(refused).isZero();
    ask(0.87 * PER_SECOND, 30);
    assertThat(crowdedTicks).isZero();
    assertThat(refused).isZero();
  }

  @Test
  void aFewWhoAreRefusedAreNoCrowd() {
    ask(PER_SECOND, 20);
    assertThat(crowdedTicks).isZero();
    assertThat(refused).isPositive();
  }
}
