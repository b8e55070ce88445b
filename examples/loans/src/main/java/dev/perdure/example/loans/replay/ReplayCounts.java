package dev.perdure.example.loans.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What became of the rows so far. Thread-safe; may be read while the replay goes on. */
public final class ReplayCounts {

  private static final int REFUSALS_KEPT_MAX = 100;

  private final LongAdder applied = new LongAdder();
  private final LongAdder earlier = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder signals = new LongAdder();
  private final LongAdder waits = new LongAdder();
  private final List<String> refusals = new ArrayList<>();

  void applied() {
    applied.increment();
  }

  void earlier() {
    earlier.increment();
  }

  void signalled() {
    signals.increment();
  }

  void waited() {
    waits.increment();
  }

  void refused(String why) {
    refused.increment();
    synchronized (refusals) {
      if (refusals.size() < REFUSALS_KEPT_MAX) {
        refusals.add(why);
      }
    }
  }

  /** Rows that took effect in this run. */
  public long rowsApplied() {
    return applied.sum();
  }

  /** Rows that had taken effect before this run. */
  public long rowsEarlier() {
    return earlier.sum();
  }

  /** Rows that the service's rules refused. */
  public long rowsRefused() {
    return refused.sum();
  }

  /** Rows with an outcome. */
  public long rowsDone() {
    return rowsApplied() + rowsEarlier() + rowsRefused();
  }

  /** Requests that signalled a saga. */
  public long signals() {
    return signals.sum();
  }

  /** How often a saga had to be waited for, because the reaction had not begun it yet. */
  public long waits() {
    return waits.sum();
  }

  /** The first of what was refused. */
  public List<String> refusals() {
    synchronized (refusals) {
      return List.copyOf(refusals);
    }
  }
}
