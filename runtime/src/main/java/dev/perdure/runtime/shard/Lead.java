package dev.perdure.runtime.shard;

import dev.perdure.journal.JournalStatus;

/**
 * Whether the shards of a node may begin to lead. One that was elected and may not takes no
 * command, and hopes that leadership is handed over. Thread-safe.
 */
public final class Lead {

  private volatile String refused = "";

  /** From now on no shard begins to lead, for a reason; an empty one allows it again. */
  public void refuse(String reason) {
    refused = reason;
  }

  /** Why not; empty if they may. */
  String refused() {
    return refused;
  }

  /** True if a shard was elected and does not begin to lead. */
  public boolean holds(Shard shard) {
    return !refused.isEmpty()
        && !shard.leads()
        && shard.figures().journal().role() == JournalStatus.Role.LEADER;
  }
}
