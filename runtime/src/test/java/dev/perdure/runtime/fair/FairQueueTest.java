package dev.perdure.runtime.fair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairQueueTest {

  private static final long MS = 1_000_000;
  private static final int CRITICAL = 0;
  private static final int HIGH = 1;
  private static final int NORMAL = 2;
  private static final int SHEDDABLE = 3;

  private final FairQueue<Job> queue = new FairQueue<>();
  private long nowNs = 5_000 * MS;
  private int made;

  private static final class Job implements Work {
    private final int number;
    private final String tenant;
    private final int rank;
    private Object key = this;
    private long deadlineNs;
    private int cost = 1;
    private boolean ended;

    Job(int number, String tenant, int rank, long deadlineNs) {
      this.number = number;
      this.tenant = tenant;
      this.rank = rank;
      this.deadlineNs = deadlineNs;
    }

    @Override
    public String tenant() {
      return tenant;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public Object key() {
      return key;
    }

    @Override
    public long deadlineNs() {
      return deadlineNs;
    }

    @Override
    public int cost() {
      return cost;
    }

    @Override
    public boolean ended() {
      return ended;
    }

    @Override
    public String toString() {
      return tenant + number;
    }
  }

  private Job job(String tenant, int rank) {
    return new Job(made++, tenant, rank, nowNs + 5_000 * MS);
  }

  private Job add(String tenant, int rank) {
    Job job = job(tenant, rank);
    queue.add(job, nowNs);
    return job;
  }

  private Job addUntil(String tenant, long deadlineNs) {
    Job job = new Job(made++, tenant, NORMAL, deadlineNs);
    queue.add(job, nowNs);
    return job;
  }

  private Job take() {
    return Objects.requireNonNull(queue.take(nowNs));
  }

  /** Takes for so many windows of the pace with so much time for each, adding what it takes. */
  private void busy(int windows, long nsEach) {
    long untilNs = nowNs + windows * Pace.WINDOW_NS + nsEach;
    while (nowNs < untilNs) {
      Job taken = take();
      add(taken.tenant, taken.rank);
      nowNs += nsEach;
    }
  }

  @Test
  void tenThousandWaitingOfOneTenantDelayAnotherByOneTurn() {
    for (int i = 0; i < 10_000; i++) {
      add("crowd", NORMAL);
    }
    take();
    Job lone = add("lone", NORMAL);
    int before = 0;
    while (take() != lone) {
      before++;
    }
    assertThat(before).isLessThanOrEqualTo(RankQueue.TURN);
  }

  @Test
  void tenantsThatAlwaysWaitAreServedAlike() {
    Map<String, Integer> served = new HashMap<>();
    for (String tenant : List.of("a", "b", "c")) {
      for (int i = 0; i < (tenant.equals("a") ? 5_000 : 500); i++) {
        add(tenant, NORMAL);
      }
    }
    for (int i = 0; i < 1_200; i++) {
      served.merge(take().tenant, 1, Integer::sum);
    }
    assertThat(served.values()).allSatisfy(n -> assertThat(n).isBetween(390, 410));
  }

  @Test
  void largeCommandsTakeMoreOfTheirTenantsTurn() {
    Map<String, Integer> served = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      add("small", NORMAL);
      Job large = job("large", NORMAL);
      large.cost = 5;
      queue.add(large, nowNs);
    }
    for (int i = 0; i < 600; i++) {
      served.merge(take().tenant, 1, Integer::sum);
    }
    assertThat(served.get("large")).isBetween(95, 105);
  }

  @Test
  void whatMattersMostGoesFirstAndTheOthersAreNotForgotten() {
    List<Integer> ranks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      for (int rank = CRITICAL; rank <= SHEDDABLE; rank++) {
        add("t", rank);
      }
    }
    for (int i = 0; i < 160; i++) {
      ranks.add(take().rank);
    }
    assertThat(ranks.stream().filter(rank -> rank == CRITICAL).count()).isEqualTo(150);
    assertThat(ranks).contains(HIGH, NORMAL, SHEDDABLE);
  }

  @Test
  void nearestDeadlineOfATenantGoesFirst() {
    Job late = addUntil("t", nowNs + 900 * MS);
    Job soon = addUntil("t", nowNs + 100 * MS);
    Job between = addUntil("t", nowNs + 500 * MS);
    Job alsoSoon = addUntil("t", nowNs + 100 * MS);
    assertThat(List.of(take(), take(), take(), take()))
        .containsExactly(soon, alsoSoon, between, late);
    assertThat(queue.take(nowNs)).isNull();
  }

  @Test
  void whatIsForOneEntityKeepsItsOrderWhateverItsDeadlines() {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Job job = new Job(made++, "t", NORMAL, nowNs + (900 - 100 * i) * MS);
      job.key = "account-1";
      jobs.add(job);
      queue.add(job, nowNs);
    }
    Job other = addUntil("t", nowNs + 550 * MS);
    List<Job> taken = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      taken.add(take());
    }
    assertThat(taken).last().isEqualTo(other);
    assertThat(taken.subList(0, 5)).isEqualTo(jobs);
  }

  @Test
  void whatCannotMeetItsDeadlineAtTheMeasuredPaceIsRefusedWhenItComes() {
    for (int i = 0; i < 100; i++) {
      add("t", NORMAL);
    }
    busy(2, MS);
    Job inTime = new Job(made++, "t", SHEDDABLE, nowNs + 200 * MS);
    Job late = new Job(made++, "t", SHEDDABLE, nowNs + 50 * MS);
    queue.add(inTime, nowNs);
    queue.add(late, nowNs);
    assertThat(queue.refused())
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.work()).isEqualTo(late);
              assertThat(refusal.why()).isEqualTo(FairQueue.Why.HOPELESS);
              assertThat(refusal.delayNs()).isBetween(90 * MS, 120 * MS);
            });
    assertThat(queue.all()).contains(inTime).doesNotContain(late);
  }

  @Test
  void whatItsOwnTenantDoesNotDelayIsNotHopeless() {
    for (int i = 0; i < 200; i++) {
      add("crowd", NORMAL);
    }
    busy(2, MS);
    addUntil("lone", nowNs + 20 * MS);
    assertThat(queue.refused()).isEmpty();
  }

  @Test
  void aPauseOfTheDiskMakesNothingHopeless() {
    for (int i = 0; i < 100; i++) {
      add("t", NORMAL);
    }
    busy(2, MS);
    nowNs += 3_000 * MS;
    busy(1, MS);
    addUntil("t", nowNs + 200 * MS);
    assertThat(queue.refused()).isEmpty();
  }

  /** Six hundred wait, of two ranks, and each takes a millisecond: for long enough. */
  private void overload(int important) {
    for (int i = 0; i < 300; i++) {
      add("t", important);
      add("t", SHEDDABLE);
    }
    while (!queue.overloaded()) {
      Job taken = take();
      add(taken.tenant, taken.rank);
      nowNs += MS;
      assertThat(nowNs).isLessThan(8_000 * MS);
    }
  }

  @Test
  void takesTheNewestFirstWhenOverloadedAndShedsTheLeastImportant() {
    overload(HIGH);
    Job newest = add("t", HIGH);
    assertThat(take()).isEqualTo(newest);
    nowNs += FairQueue.DELAY_MAX_NS + MS;
    take();
    List<FairQueue.Refusal<Job>> refused = queue.refused();
    assertThat(refused).isNotEmpty();
    assertThat(refused)
        .allSatisfy(
            refusal -> {
              assertThat(refusal.why()).isEqualTo(FairQueue.Why.SHED);
              assertThat(refusal.work().rank).isEqualTo(SHEDDABLE);
            });
  }

  @Test
  void nothingCriticalIsEverShed() {
    overload(CRITICAL);
    for (int i = 0; i < 20; i++) {
      nowNs += 2 * FairQueue.DELAY_MAX_NS;
      take();
    }
    assertThat(queue.refused()).isNotEmpty().noneMatch(refusal -> refusal.work().rank == CRITICAL);
  }

  @Test
  void isCalmAgainWhenLessWaits() {
    overload(NORMAL);
    while (queue.size() > 100) {
      take();
    }
    assertThat(queue.overloaded()).isFalse();
    Job first = addUntil("other", nowNs + 1_000 * MS);
    addUntil("other", nowNs + 1_000 * MS);
    Job taken = take();
    while (!taken.tenant.equals("other")) {
      taken = take();
    }
    assertThat(taken).isEqualTo(first);
  }

  @Test
  void letsGoOfWhatHasEnded() {
    Job ended = add("a", NORMAL);
    Job other = add("b", NORMAL);
    ended.ended = true;
    assertThat(queue.removeEnded()).isOne();
    assertThat(queue.size()).isOne();
    assertThat(queue.sizeOf("a", 3)).isZero();
    assertThat(take()).isEqualTo(other);
  }

  @Test
  void whateverComesGoesOnceAndInTheOrderOfItsKey() {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      FairQueue<Job> any = new FairQueue<>();
      Map<Object, Integer> last = new HashMap<>();
      int inside = 0;
      int left = 0;
      for (int i = 0; i < 5_000; i++) {
        nowNs += random.nextInt(400) * 1_000L;
        if (random.nextInt(100) < (i % 1_000 < 500 ? 70 : 30)) {
          Job job =
              new Job(
                  made++,
                  "t" + random.nextInt(5),
                  random.nextInt(4),
                  nowNs + random.nextInt(2_000) * MS);
          job.key = job.tenant + job.rank + random.nextInt(20);
          job.cost = 1 + random.nextInt(20);
          any.add(job, nowNs);
          inside++;
        } else {
          Job job = any.take(nowNs);
          if (job != null) {
            left++;
            Integer before = last.put(job.key, job.number);
            assertThat(before == null || before < job.number).as("seed %d", seed).isTrue();
          }
        }
        left += any.refused().size();
        assertThat(any.size()).as("seed %d", seed).isEqualTo(inside - left);
      }
      assertThat(any.takeAll()).hasSize(inside - left);
      assertThat(any.size()).isZero();
    }
  }
}
