package dev.perdure.runtime.cluster;

import java.util.List;
import java.util.function.Predicate;

/**
 * What the leader of a shard does next to bring its members to what the map wants: one change at a
 * time, and first the one that makes the shard safer. Pure.
 */
public sealed interface MemberStep {

  /** A node begins to hold a replica, is brought up, and becomes a member. */
  record Add(String node) implements MemberStep {}

  /**
   * A member leaves.
   *
   * @param lost true if it holds no replica any more, and is to be added again
   */
  record Remove(String node, boolean lost) implements MemberStep {}

  /** Another one is to lead, because this node leaves. */
  record HandOver() implements MemberStep {}

  /** Nothing is to be done. */
  record Rest() implements MemberStep {}

  /**
   * The next step.
   *
   * @param self the node that leads
   * @param now the members
   * @param wanted what the map wants
   * @param lacks true of a node that says that it holds no replica
   */
  static MemberStep next(
      String self, List<String> now, List<String> wanted, Predicate<String> lacks) {
    if (wanted.isEmpty() || !now.contains(self)) {
      return new Rest();
    }
    for (String node : wanted) {
      if (!now.contains(node)) {
        return new Add(node);
      }
    }
    for (String node : now) {
      if (lacks.test(node)) {
        return new Remove(node, true);
      }
    }
    List<String> extra = now.stream().filter(node -> !wanted.contains(node)).toList();
    if (extra.isEmpty()) {
      return new Rest();
    }
    return extra.stream()
        .filter(one -> !one.equals(self))
        .findFirst()
        .<MemberStep>map(node -> new Remove(node, false))
        .orElseGet(HandOver::new);
  }
}
