package dev.perdure.runtime.fair;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits while there is a crowd. Thread-safe: one thread takes, others look.
 *
 * <ul>
 *   <li>Of the ranks the one that matters most goes first; every sixteenth turn belongs to the
 *       others, one after the other, so that none waits for ever.
 *   <li>Within a rank tenants take turns ({@link RankQueue}).
 *   <li>Of a tenant the nearest deadline goes first. What cannot meet its deadline any more, at the
 *       pace that is measured, is refused when it comes.
 *   <li>When all that waits has needed longer than {@link #DELAY_MAX_NS} for {@link #PATIENCE_NS},
 *       the queue is overloaded, until it needs less than half of that: of a tenant the newest goes
 *       first, because the oldest has waited in vain already, and of the least important rank that
 *       waits, if it is not the most important of all, everything is shed that waits for longer.
 * </ul>
 */
public final class FairQueue<W extends Work> {

  /** How long what waits may take before there is too much of it: a twentieth of the time-out. */
  static final long DELAY_MAX_NS = 250_000_000;

  /** How long there must be too much. */
  static final long PATIENCE_NS = 250_000_000;

  private static final long SHED_EVERY_NS = 10_000_000;
  private static final int OTHERS_EVERY = 16;

  private final List<RankQueue<W>> ranks = new ArrayList<>();
  private final Pace pace = new Pace();
  private List<Refusal<W>> refusals = new ArrayList<>();
  private volatile int size;
  private volatile boolean overloaded;
  private long numbers;
  private int turns;
  private int otherRank;
  private boolean over;
  private long overSinceNs;
  private long shedAtNs;

  /** An empty one. */
  public FairQueue() {
    for (int i = 0; i < Work.RANKS; i++) {
      ranks.add(new RankQueue<>());
    }
  }

  /** Why something will not be done. */
  public enum Why {
    /** It came too late to be done in time. */
    HOPELESS,
    /** It waited too long among too much. */
    SHED
  }

  /**
   * Something that will not be done.
   *
   * @param delayNs how long what is ahead of it takes, or what still waits
   */
  public record Refusal<W>(W work, Why why, long delayNs) {}

  /** Takes in a piece of work, or refuses it. */
  public synchronized void add(W work, long nowNs) {
    if (!overloaded) {
      long delayNs = pace.timeFor(aheadOf(work));
      if (nowNs + delayNs - work.deadlineNs() > 0) {
        refusals.add(new Refusal<>(work, Why.HOPELESS, delayNs));
        return;
      }
    }
    ranks.get(work.rank()).add(work, nowNs, numbers++);
    size++;
  }

  private int aheadOf(W work) {
    int ahead = ranks.get(work.rank()).aheadOf(work);
    for (int i = 0; i < work.rank(); i++) {
      ahead += ranks.get(i).size();
    }
    return ahead;
  }

  /** Gives the next piece of work; null if there is none. */
  public synchronized @Nullable W take(long nowNs) {
    look(nowNs);
    RankQueue<W> rank = next();
    W work = rank == null ? null : rank.take(overloaded);
    if (work == null) {
      pace.rest();
      calm();
      return null;
    }
    count();
    pace.took(nowNs);
    if (size == 0) {
      pace.rest();
      calm();
    }
    return work;
  }

  private void count() {
    int all = 0;
    for (RankQueue<W> rank : ranks) {
      all += rank.size();
    }
    size = all;
  }

  private @Nullable RankQueue<W> next() {
    int first = 0;
    while (first < Work.RANKS && ranks.get(first).size() == 0) {
      first++;
    }
    if (first == Work.RANKS) {
      return null;
    }
    turns++;
    if (turns % OTHERS_EVERY == 0) {
      for (int i = 0; i < Work.RANKS; i++) {
        otherRank = (otherRank + 1) % Work.RANKS;
        if (otherRank > first && ranks.get(otherRank).size() > 0) {
          return ranks.get(otherRank);
        }
      }
    }
    return ranks.get(first);
  }

  /** Sees whether there is too much, and sheds some of it. */
  private void look(long nowNs) {
    long delayNs = pace.timeFor(size);
    if (delayNs > DELAY_MAX_NS) {
      if (!over) {
        over = true;
        overSinceNs = nowNs;
      }
      overloaded |= nowNs - overSinceNs >= PATIENCE_NS;
    } else {
      over = false;
      if (delayNs <= DELAY_MAX_NS / 2) {
        overloaded = false;
      }
    }
    if (overloaded && nowNs - shedAtNs >= SHED_EVERY_NS) {
      shedAtNs = nowNs;
      shed(nowNs);
    }
  }

  private void shed(long nowNs) {
    for (int i = Work.RANKS - 1; i > 0; i--) {
      if (ranks.get(i).size() > 0) {
        List<W> shed = new ArrayList<>();
        ranks.get(i).removeArrivedBefore(nowNs - DELAY_MAX_NS, shed::add);
        count();
        shed.forEach(work -> refusals.add(new Refusal<>(work, Why.SHED, pace.timeFor(size))));
        return;
      }
    }
  }

  private void calm() {
    over = false;
    overloaded = false;
  }

  /** How much waits. */
  public int size() {
    return size;
  }

  /** True if nothing waits of any other tenant. */
  public synchronized boolean isOnlyOf(String tenant) {
    return size == sizeOf(tenant, ranks.size() - 1);
  }

  /** How much waits of a tenant that matters as much as this rank, or more. */
  public synchronized int sizeOf(String tenant, int rankMax) {
    int all = 0;
    for (int rank = 0; rank <= rankMax; rank++) {
      all += ranks.get(rank).sizeOf(tenant);
    }
    return all;
  }

  /** True while the newest goes first. */
  public boolean overloaded() {
    return overloaded;
  }

  /** How long what waits takes, at the pace that was measured last; 0 if it is not known. */
  public synchronized long delayNs() {
    return pace.timeFor(size);
  }

  /** Takes out what was refused since it was asked for last. */
  public synchronized List<Refusal<W>> refused() {
    if (refusals.isEmpty()) {
      return List.of();
    }
    List<Refusal<W>> all = refusals;
    refusals = new ArrayList<>();
    return all;
  }

  /** All that waits, in no order. */
  public synchronized List<W> all() {
    List<W> all = new ArrayList<>(size);
    ranks.forEach(rank -> rank.forEach(all::add));
    return all;
  }

  /** Lets go of what has ended; gives how much that was. */
  public synchronized int removeEnded() {
    int before = size;
    ranks.forEach(RankQueue::removeEnded);
    count();
    return before - size;
  }

  /** Takes out everything. */
  public synchronized List<W> takeAll() {
    List<W> all = all();
    ranks.replaceAll(any -> new RankQueue<>());
    count();
    pace.rest();
    calm();
    return all;
  }
}
