package dev.perdure.runtime.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which of several builds shows a slot, wherever each of them has read to. */
class ShownTest {

  private static final int SLOT = 7;

  private static SlotChange change(Status status, long move, int other) {
    return new SlotChange(status, move, other, 10 * move, SlotSet.range(SLOT, SLOT));
  }

  /** Where a slot's rows are, told by what each of two shards has journaled so far. */
  private static List<Claims> claims(List<List<SlotChange>> logs, int... read) {
    List<Claims> all = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      Claims claims = Claims.NONE;
      for (SlotChange one : logs.get(i).subList(0, read[i])) {
        claims = claims.with(one);
      }
      all.add(Claims.read(claims.toBytes()));
    }
    return all;
  }

  /** A way of a slot: the changes in the order in which the shards' logs got them. */
  private record Step(int shard, SlotChange change) {}

  private static final List<Step> THERE_AND_BACK_WITH_ONE_GIVEN_UP =
      List.of(
          new Step(1, change(Status.COMING, 1, 0)),
          new Step(0, change(Status.GONE, 1, 1)),
          new Step(1, change(Status.OWNED, 1, 0)),
          new Step(0, change(Status.CLEARED, 1, 1)),
          new Step(2, change(Status.COMING, 2, 1)),
          new Step(1, change(Status.GONE, 2, 2)),
          new Step(2, change(Status.CLEARED, 2, 1)),
          new Step(1, change(Status.KEPT, 2, 2)),
          new Step(0, change(Status.COMING, 3, 1)),
          new Step(1, change(Status.GONE, 3, 0)),
          new Step(0, change(Status.OWNED, 3, 1)),
          new Step(1, change(Status.CLEARED, 3, 0)));

  /** True if a build that has read so far has all of the slot's rows: it owns or owned it. */
  private static boolean complete(List<SlotChange> log, int read, boolean first) {
    if (read == 0) {
      return first;
    }
    Status last = log.get(read - 1).status();
    return last == Status.OWNED || last == Status.KEPT || last == Status.GONE;
  }

  @Test
  void showsASlotOnceOrSaysThatItIsMissingHoweverFarEachHasRead() {
    List<List<SlotChange>> logs = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    THERE_AND_BACK_WITH_ONE_GIVEN_UP.forEach(one -> logs.get(one.shard).add(one.change));
    int shown = 0;
    int missing = 0;
    for (int a = 0; a <= logs.get(0).size(); a++) {
      for (int b = 0; b <= logs.get(1).size(); b++) {
        for (int c = 0; c <= logs.get(2).size(); c++) {
          Shown found = Shown.of(claims(logs, a, b, c));
          int[] read = {a, b, c};
          int withRows = 0;
          for (int i = 0; i < 3; i++) {
            if (found.shows(i, SLOT) && complete(logs.get(i), read[i], i == 0)) {
              withRows++;
            }
          }
          assertThat(withRows).as("%d %d %d", a, b, c).isLessThanOrEqualTo(1);
          if (found.missing() < 0) {
            assertThat(withRows).as("%d %d %d", a, b, c).isEqualTo(1);
            shown++;
          } else {
            assertThat(found.missing()).isEqualTo(SLOT);
            missing++;
          }
        }
      }
    }
    assertThat(shown).isGreaterThan(missing).isPositive();
    assertThat(missing).isPositive();
  }

  @Test
  void showsItAtEveryMomentToWhoReadsEverythingAtOnce() {
    List<List<SlotChange>> logs = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Step one : THERE_AND_BACK_WITH_ONE_GIVEN_UP) {
      logs.get(one.shard).add(one.change);
      Shown found =
          Shown.of(claims(logs, logs.get(0).size(), logs.get(1).size(), logs.get(2).size()));
      assertThat(found.missing()).as("behind %s", one).isEqualTo(-1);
    }
  }

  @Test
  void slotsThatNeverMovedAreShownWhereverTheyAre() {
    SplittableRandom random = new SplittableRandom(5);
    Shown found = Shown.of(List.of(Claims.NONE, Claims.NONE));
    for (int i = 0; i < 100; i++) {
      int slot = random.nextInt(4_096);
      assertThat(found.shows(0, slot) && found.shows(1, slot)).isTrue();
    }
  }
}
