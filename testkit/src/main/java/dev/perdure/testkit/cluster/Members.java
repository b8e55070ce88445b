package dev.perdure.testkit.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Who replicates a shard, by one entry of its log.
 *
 * @param now machines
 * @param before while it changes: those whose majority is needed, too; empty otherwise
 */
record Members(List<Integer> now, List<Integer> before) {

  static final Members NONE = new Members(List.of(), List.of());

  Members {
    now = List.copyOf(now);
    before = List.copyOf(before);
  }

  boolean changing() {
    return !before.isEmpty();
  }

  boolean has(int machine) {
    return now.contains(machine) || before.contains(machine);
  }

  List<Integer> all() {
    List<Integer> all = new ArrayList<>(now);
    before.stream().filter(one -> !all.contains(one)).forEach(all::add);
    return all;
  }

  /** True if a majority fulfils something; while it changes, one of each. */
  boolean majority(IntPredicate does) {
    return majority(now, does) && (before.isEmpty() || majority(before, does));
  }

  static boolean majority(List<Integer> of, IntPredicate does) {
    return of.stream().mapToInt(one -> one).filter(does).count() * 2 > of.size();
  }
}
