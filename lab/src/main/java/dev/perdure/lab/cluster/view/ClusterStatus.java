package dev.perdure.lab.cluster.view;

import java.util.List;

/** A cluster as one node sees it. */
public record ClusterStatus(List<Node> nodes, List<Shard> shards) {

  /** Copies both. */
  public ClusterStatus {
    nodes = List.copyOf(nodes);
    shards = List.copyOf(shards);
  }

  /**
   * A node.
   *
   * @param address host and port where nodes talk to each other
   */
  public record Node(String id, String name, String address, String state) {

    /** The address without the port. */
    String host() {
      int port = address.lastIndexOf(':');
      return port < 0 ? address : address.substring(0, port);
    }
  }

  /**
   * A shard.
   *
   * @param leader id of a node; empty if none is known
   */
  public record Shard(int shard, String leader, long term, List<Replica> replicas) {

    /** Copies the replicas. */
    public Shard {
      replicas = List.copyOf(replicas);
    }
  }

  /**
   * A replica.
   *
   * @param node id of the node that holds it
   * @param applied the index up to which it has applied
   * @param hash of its state at that index; empty if it is not known
   */
  public record Replica(String node, long applied, String hash) {}
}
