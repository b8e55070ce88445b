package dev.perdure.runtime.cluster;

import java.util.List;

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

  /** What other nodes say of their replicas of a shard. */
  interface Known {
    /** True if a node that answers has said for a while that it holds none. */
    boolean lacks(String node);

    /** True if a node has just said that it holds one. */
    boolean holds(String node);
  }

  /**
   * The next step.
   *
   * @param self the node that leads
   * @param now the members
   * @param wanted what the map wants
   * @param known what is known of the other nodes
   */
  static MemberStep next(String self, List<String> now, List<String> wanted, Known known) {
    if (wanted.isEmpty() || !now.contains(self)) {
      return new Rest();
    }
    for (String node : wanted) {
      if (!now.contains(node)) {
        return new Add(node);
      }
    }
    for (String node : now) {
      if (known.lacks(node)) {
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
        .map(node -> remove(self, now, node, known))
        .orElseGet(HandOver::new);
  }

  /**
   * Those that stay must be able to go on without who leaves: whoever begins a change must bring it
   * to an end with them, and cannot take it back.
   */
  private static MemberStep remove(String self, List<String> now, String node, Known known) {
    List<String> stay = now.stream().filter(one -> !one.equals(node)).toList();
    long there = stay.stream().filter(one -> one.equals(self) || known.holds(one)).count();
    return 2 * there > stay.size() ? new Remove(node, false) : new Rest();
  }
}
