package dev.perdure.runtime.cluster;

import dev.perdure.runtime.apply.ShardState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares what replicas said of their facts. They are a function of the log, so at the same index
 * two hashes that differ mean that one of the replicas is wrong. Pure.
 */
public final class Divergence {

  private Divergence() {}

  /** The replica of a shard that each node holds. */
  private static Map<String, StatusMessage.Replica> replicas(int shard, List<StatusMessage> all) {
    Map<String, StatusMessage.Replica> held = new TreeMap<>();
    for (StatusMessage status : all) {
      status.replicas().stream()
          .filter(one -> one.shard() == shard)
          .forEach(one -> held.put(status.node(), one));
    }
    return held;
  }

  private static Map<Long, Long> points(StatusMessage.Replica replica) {
    Map<Long, Long> hashes = new HashMap<>();
    for (ShardState.StateHash at : replica.earlier()) {
      hashes.put(at.index(), at.hash());
    }
    if (replica.hash().index() >= 0) {
      hashes.put(replica.hash().index(), replica.hash().hash());
    }
    return hashes;
  }

  /**
   * Why a node's replica is the wrong one, with figures: more replicas agree on another hash, or as
   * many and the leader is one of them. Empty if it is not.
   */
  public static String of(String self, int shard, List<StatusMessage> all) {
    Map<String, StatusMessage.Replica> held = replicas(shard, all);
    StatusMessage.Replica own = held.get(self);
    if (own == null) {
      return "";
    }
    held.keySet().retainAll(own.members()); // one that is not a member yet has no say
    long leadersTerm =
        held.values().stream()
            .filter(StatusMessage.Replica::leads)
            .mapToLong(StatusMessage.Replica::term)
            .max()
            .orElse(-1);
    for (Map.Entry<Long, Long> at : points(own).entrySet()) {
      Map<Long, Integer> counts = new HashMap<>();
      Long byLeader = null;
      for (Map.Entry<String, StatusMessage.Replica> one : held.entrySet()) {
        Long hash = points(one.getValue()).get(at.getKey());
        if (hash != null) {
          counts.merge(hash, 1, Integer::sum);
          boolean leads = one.getValue().leads() && one.getValue().term() == leadersTerm;
          byLeader = leads ? hash : byLeader;
        }
      }
      for (Map.Entry<Long, Integer> other : counts.entrySet()) {
        if (!other.getKey().equals(at.getValue())
            && outvotes(other, counts, new Own(at.getValue(), own.members().size(), byLeader))) {
          return "at index "
              + at.getKey()
              + " its facts have the hash "
              + Long.toHexString(at.getValue())
              + ", those of other replicas "
              + Long.toHexString(other.getKey());
        }
      }
    }
    return "";
  }

  /** What is compared with others. */
  private record Own(long hash, int members, @Nullable Long byLeader) {}

  /**
   * Unless most members agree, all must have been heard: the leader may be the one that is wrong.
   */
  private static boolean outvotes(
      Map.Entry<Long, Integer> other, Map<Long, Integer> counts, Own own) {
    if (other.getValue() * 2 > own.members) {
      return own.members > 0;
    }
    int mine = counts.getOrDefault(own.hash, 0);
    int heard = counts.values().stream().mapToInt(Integer::intValue).sum();
    return heard >= own.members
        && (other.getValue() > mine
            || (other.getValue() == mine && other.getKey().equals(own.byLeader)));
  }
}
