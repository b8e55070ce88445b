package dev.perdure.journal;

import java.util.Objects;

/**
 * A node as a member of a shard's group.
 *
 * @param node its stable id
 * @param address host and port under which the others reach it; empty for a node without peers
 */
public record Member(String node, String address) {

  public Member {
    Objects.requireNonNull(node);
    Objects.requireNonNull(address);
  }
}
