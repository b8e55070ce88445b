package dev.perdure.runtime.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.LogPosition;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.record.Fence;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SnapshotScheduleTest {

  private static final long SECOND_NS = 1_000_000_000L;
  private static final int ENTRY = 1 << 20;
  private static final Fence OPENING = new Fence(1, 1, 0);
  private static final Fence LATER = new Fence(1, 1, 1);

  private long nowNs = 5 * SECOND_NS;
  private boolean busy;

  private final Clock clock =
      new Clock() {
        @Override
        public long wallMicros() {
          return nowNs / 1_000;
        }

        @Override
        public long monotonicNs() {
          return nowNs;
        }
      };

  private final SnapshotTaker taker =
      new SnapshotTaker() {
        @Override
        public LogPosition newest() {
          throw new AssertionError("nobody asks");
        }

        @Override
        public boolean busy() {
          return busy;
        }

        @Override
        public void take(LogPosition position, Runnable done) {}

        @Override
        public long taken() {
          return 0;
        }

        @Override
        public void close() {}
      };

  private final SnapshotSchedule schedule =
      new SnapshotSchedule(
          Limits.defaults()
              .withSnapshotBytes(16L * ENTRY)
              .withSnapshotInterval(Duration.ofSeconds(30)),
          clock,
          taker);

  @Test
  void oneIsTakenSoonAfterAStartThatHadMuchToApply() {
    assertThat(schedule.due(ENTRY)).isFalse();
    schedule.applied(OPENING);
    nowNs += 2 * SECOND_NS;
    assertThat(schedule.due(100)).isTrue();
    schedule.begun();
    // The next ones come at their usual times.
    nowNs += 29 * SECOND_NS;
    assertThat(schedule.due(ENTRY)).isFalse();
    nowNs += SECOND_NS;
    assertThat(schedule.due(100)).isTrue();
  }

  @Test
  void aStartWithLittleToApplyWaitsForTheUsualTime() {
    assertThat(schedule.due(100)).isFalse();
    schedule.applied(OPENING);
    // What comes later is new.
    assertThat(schedule.due(ENTRY)).isFalse();
    schedule.applied(LATER);
    nowNs += 29 * SECOND_NS;
    assertThat(schedule.due(100)).isFalse();
    nowNs += SECOND_NS;
    assertThat(schedule.due(100)).isTrue();
  }

  @Test
  void soManyBytesAreEnoughAtAnyTimeButNotWhileOneIsBeingTaken() {
    for (int i = 1; i < 16; i++) {
      assertThat(schedule.due(ENTRY)).isFalse();
    }
    busy = true;
    assertThat(schedule.due(ENTRY)).isFalse();
    busy = false;
    assertThat(schedule.due(1)).isTrue();
  }

  @Test
  void whatIsWantedIsDueWithTheNextEntry() {
    schedule.want();
    assertThat(schedule.due(1)).isTrue();
    schedule.begun();
    assertThat(schedule.due(1)).isFalse();
  }
}
