package dev.perdure.lab.cluster.view;

import dev.perdure.lab.cluster.check.Check;
import dev.perdure.lab.cluster.http.NodeAddress;
import dev.perdure.lab.cluster.load.Stop;
import dev.perdure.lab.cluster.view.ClusterStatus.Node;
import dev.perdure.lab.cluster.view.ClusterStatus.Replica;
import dev.perdure.lab.cluster.view.ClusterStatus.Shard;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks all nodes and makes one picture of what they say. */
public final class ClusterWatch {

  private static final int PAUSE_MS = 100;

  /** What nodes say of others is some seconds old, and the load goes on. */
  private static final long NEAR_ENTRIES = 1_000;

  private static final String STATEMENT = "every replica holds the same";

  private final ClusterView view;
  private final List<NodeAddress> nodes;
  private final int replicas;

  /**
   * A watch.
   *
   * @param replicas how many each shard must have
   */
  public ClusterWatch(ClusterView view, List<NodeAddress> nodes, int replicas) {
    this.view = view;
    this.nodes = List.copyOf(nodes);
    this.replicas = replicas;
  }

  /**
   * The node that leads the first shard, from 1; empty if nobody knows. A deposed leader that has
   * not heard of it yet is not believed: its term is older.
   */
  public OptionalInt leader() {
    Shard newest = null;
    List<Node> known = List.of();
    for (ClusterStatus status : answers()) {
      for (Shard shard : status.shards()) {
        boolean first = shard.shard() == 0 && !shard.leader().isEmpty();
        if (first && (newest == null || shard.term() > newest.term())) {
          newest = shard;
          known = status.nodes();
        }
      }
    }
    return newest == null ? OptionalInt.empty() : place(newest.leader(), known);
  }

  private OptionalInt place(String id, List<Node> known) {
    for (Node node : known) {
      for (int i = 0; i < nodes.size(); i++) {
        if (node.id().equals(id) && node.host().equals(nodes.get(i).host())) {
          return OptionalInt.of(i + 1);
        }
      }
    }
    return OptionalInt.empty();
  }

  private List<ClusterStatus> answers() {
    List<ClusterStatus> answers = new ArrayList<>();
    for (NodeAddress node : nodes) {
      try {
        answers.add(view.ask(node));
      } catch (IOException e) {
        // One that does not say: the others may.
      }
    }
    return answers;
  }

  /** Waits until every shard has a leader and all its replicas; false if that took too long. */
  public boolean awaitWhole(Duration atMost) {
    return await(atMost, status -> status != null && whole(status) ? "" : null) != null;
  }

  /**
   * Waits until all nodes say that every shard has its leader and its replicas, none of them far
   * behind; false if that took too long.
   */
  public boolean awaitCaughtUp(Duration atMost) {
    Stop stop = new Stop();
    long untilNs = System.nanoTime() + atMost.toNanos();
    do {
      List<ClusterStatus> answers = answers();
      if (answers.size() == nodes.size()
          && answers.stream()
              .allMatch(one -> whole(one) && one.shards().stream().allMatch(this::near))) {
        return true;
      }
    } while (System.nanoTime() < untilNs && !stop.await(PAUSE_MS));
    return false;
  }

  private boolean near(Shard shard) {
    LongSummaryStatistics applied =
        shard.replicas().stream().mapToLong(Replica::applied).summaryStatistics();
    return applied.getMax() - applied.getMin() <= NEAR_ENTRIES;
  }

  private boolean whole(ClusterStatus status) {
    return !status.shards().isEmpty()
        && status.shards().stream()
            .allMatch(shard -> !shard.leader().isEmpty() && shard.replicas().size() == replicas);
  }

  /**
   * Waits until all replicas of each shard stand at one index, and compares their hashes.
   *
   * @param atMost how long they may take to get there
   */
  public Check replicasEqual(Duration atMost) {
    String[] last = {"no node says"};
    String verdict =
        await(
            atMost,
            status -> {
              if (status == null) {
                return null;
              }
              last[0] = status.shards().toString();
              return whole(status) && status.shards().stream().allMatch(ClusterWatch::atOneIndex)
                  ? differences(status)
                  : null;
            });
    if (verdict == null) {
      return new Check(
          STATEMENT, false, "not at one index after " + atMost.toSeconds() + " s: " + last[0]);
    }
    return verdict.isEmpty()
        ? new Check(STATEMENT, true, last[0])
        : new Check(STATEMENT, false, verdict);
  }

  private static boolean atOneIndex(Shard shard) {
    return shard.replicas().stream().map(Replica::applied).distinct().count() == 1;
  }

  private static String differences(ClusterStatus status) {
    for (Shard shard : status.shards()) {
      Set<String> hashes = new HashSet<>();
      shard.replicas().forEach(replica -> hashes.add(replica.hash()));
      if (hashes.size() != 1 || hashes.contains("")) {
        return "shard " + shard.shard() + ": " + shard.replicas();
      }
    }
    return "";
  }

  private interface Look {
    @Nullable String at(@Nullable ClusterStatus status);
  }

  /** Looks at answers until one satisfies; null if none did in time. */
  private @Nullable String await(Duration atMost, Look look) {
    Stop stop = new Stop();
    long untilNs = System.nanoTime() + atMost.toNanos();
    do {
      for (ClusterStatus status : answers()) {
        String seen = look.at(status);
        if (seen != null) {
          return seen;
        }
      }
    } while (System.nanoTime() < untilNs && !stop.await(PAUSE_MS));
    return null;
  }
}
