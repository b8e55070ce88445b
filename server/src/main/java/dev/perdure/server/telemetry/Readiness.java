package dev.perdure.server.telemetry;

import dev.perdure.runtime.NodeHealth;

/**
 * Whether a node would serve now, as operators and supervisors are told.
 *
 * @param writes true if a write would succeed
 * @param reads true if a read would
 * @param reason why a write would not; empty if it would
 */
public record Readiness(boolean writes, boolean reads, String reason) {

  /** At this moment. */
  public static Readiness of(NodeView node) {
    return of(node, node.health());
  }

  /** At the moment at which the health was taken. */
  public static Readiness of(NodeView node, NodeHealth health) {
    boolean serves = node.started() && !node.draining();
    boolean writes = serves && health.writes();
    return new Readiness(writes, serves && health.reads(), writes ? "" : reason(node, health));
  }

  private static String reason(NodeView node, NodeHealth health) {
    if (!node.started()) {
      return "the node is starting";
    }
    if (node.draining()) {
      return "the node is stopping";
    }
    for (NodeHealth.Shard shard : health.shards()) {
      if (shard.state() != NodeHealth.State.READY) {
        return "shard " + shard.shard() + " is " + shard.state() + ": " + shard.reason();
      }
    }
    return "the node is not ready";
  }
}
