package dev.perdure.lab.powercut;

import java.util.Collections;
import java.util.List;

/**
 * The life of every file, directory and name of a trace, and what each sync committed. Immutable
 * once built; everything that depends on where the power is cut is in {@link CutState}.
 *
 * @param root the recorded directory itself
 * @param baseEnd operations before this one were there, on the disk, when the recording began
 * @param end number of operations
 * @param syncsOfAll of every file at once
 * @param commits what the journal of an ordered file system committed, by the ends of the syncs
 * @param gaps operations that do not fit what was recorded before them
 */
record History(
    Node root,
    List<NameChange> names,
    long baseEnd,
    long end,
    List<Sync> syncsOfAll,
    List<Commit> commits,
    List<String> gaps) {

  /**
   * A sync forced the journal to the disk.
   *
   * @param at the sequence number at which that is certain
   * @param covered metadata changes before this sequence number are durable
   */
  record Commit(long at, long covered) {}

  static History of(Trace trace) {
    return new HistoryBuilder(trace).build();
  }

  /** The largest element below a limit, or -1. */
  static long lastBelow(List<Long> ascending, long limit) {
    int at = Collections.binarySearch(ascending, limit);
    int before = (at < 0 ? -at - 1 : at) - 1;
    return before < 0 ? -1 : ascending.get(before);
  }
}
