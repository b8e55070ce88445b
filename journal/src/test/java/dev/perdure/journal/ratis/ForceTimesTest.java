package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.ReplicaOrigin;
import dev.perdure.kernel.Clock;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.metrics.Timekeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForceTimesTest {

  private static final long MS = 1_000_000;

  @TempDir private Path directory;

  private final AtomicLong now = new AtomicLong();
  private final ForceTimes times =
      new ForceTimes(
          new Clock() {
            @Override
            public long monotonicNs() {
              return now.get();
            }

            @Override
            public long wallMicros() {
              return 0;
            }
          });

  private void force(long tookNs) {
    Timekeeper.Context context = times.time();
    now.addAndGet(tookNs);
    context.stop();
  }

  @Test
  void isTheMedianOfTheLastSeconds() {
    force(10 * MS);
    force(10 * MS);
    assertThat(times.medianNs()).as("too few").isZero();
    force(900 * MS);
    assertThat(times.medianNs()).isEqualTo(10 * MS);
    now.addAndGet(5_000 * MS);
    assertThat(times.medianNs()).as("long ago").isZero();
    for (int i = 0; i < 1000; i++) {
      force(2 * MS);
    }
    assertThat(times.medianNs()).isEqualTo(2 * MS);
  }

  @Test
  void oneSlowForceAloneIsNoTail() {
    for (int i = 0; i < 5; i++) {
      force(2 * MS);
    }
    force(2_500 * MS);
    assertThat(times.figures().p99Ns()).as("one of a quiet node").isEqualTo(2 * MS);
    assertThat(times.figures().slownessNs()).isEqualTo(2 * MS);
    force(2_400 * MS);
    assertThat(times.figures().p99Ns()).as("two").isEqualTo(2_400 * MS);
    assertThat(times.figures().slownessNs()).isEqualTo(600 * MS);
    Timekeeper.Context stuck = times.time();
    now.addAndGet(2_600 * MS);
    assertThat(times.figures().p99Ns()).as("under way").isEqualTo(2_600 * MS);
    stuck.stop();
  }

  @Test
  void aForceThatDoesNotEndCountsWhileItLasts() {
    Timekeeper.Context stuck = times.time();
    now.addAndGet(1_900 * MS);
    assertThat(times.medianNs()).as("it may end soon").isZero();
    now.addAndGet(600 * MS);
    assertThat(times.medianNs()).isEqualTo(2_500 * MS);
    stuck.stop();
    assertThat(times.medianNs()).as("one is too few to tell").isZero();
    force(2_500 * MS);
    force(2 * MS);
    assertThat(times.medianNs()).isEqualTo(2_500 * MS);
  }

  @Test
  void seesTheLogOfARunningJournalReachTheDisk() {
    try (TestPeer one = new TestPeer("forced-n1", directory, ReplicaOrigin.FOUNDED).start()) {
      long term = one.replica.awaitLeading();
      for (int i = 1; i <= 5; i++) {
        one.append(term, "entry " + i);
        one.replica.awaitCount(i);
      }
      assertThat(one.journals.forceNs()).isPositive();
    }
  }
}
