package dev.perdure.runtime.node;

import dev.perdure.runtime.shard.Shard;
import org.jspecify.annotations.Nullable;

/** What tests reach in a running node. */
public final class Inside {

  private Inside() {}

  /** A replica of a node; null if it holds none. */
  public static @Nullable Shard shard(Node node, int number) {
    return node.replicas().get(number);
  }
}
