package dev.perdure.runtime.shard;

import dev.perdure.journal.JournalStatus;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.ShardFigures;
import java.util.Map;

/** What a shard says of itself. Thread-safe. */
record ShardReport(int number, ShardParts parts, ShardLoop loop) {

  NodeHealth.Shard health(boolean draining, boolean otherLeads, String readOnly) {
    ShardLoop.Role role = loop.role();
    if (role == ShardLoop.Role.STOPPED) {
      return new NodeHealth.Shard(
          number, NodeHealth.State.FAILED, loop.standing().stoppedBecause());
    }
    if (draining) {
      return new NodeHealth.Shard(number, NodeHealth.State.DRAINING, "the node is stopping");
    }
    if (role != ShardLoop.Role.LEADING && otherLeads) {
      return new NodeHealth.Shard(number, NodeHealth.State.READY, "");
    }
    if (role != ShardLoop.Role.LEADING) {
      boolean longAgo = loop.standing().forLongerThan(Shard.NO_LEADER_AFTER_NS);
      return new NodeHealth.Shard(
          number,
          longAgo ? NodeHealth.State.NO_LEADER : NodeHealth.State.RECOVERING,
          "no leader yet");
    }
    if (!readOnly.isEmpty()) {
      return new NodeHealth.Shard(number, NodeHealth.State.READ_ONLY, readOnly);
    }
    return new NodeHealth.Shard(number, NodeHealth.State.READY, "");
  }

  ShardFigures figures(JournalStatus journal, SnapshotTaker snapshots) {
    ShardCounters counters = loop.counters();
    return new ShardFigures(
        number,
        journal,
        counters.commandsAccepted(),
        counters.commandsRejected(),
        counters.commandsReplayed(),
        counters.commandsFailed(),
        counters.entriesProposed(),
        counters.entriesApplied(),
        parts.state().entriesIgnored(),
        loop.intake().waiting(),
        loop.decider().cache().size(),
        loop.decider().cache().bytes(),
        loop.decider().loaded(),
        parts.state().replyBytes(),
        snapshots.newest().index(),
        snapshots.taken(),
        loop.decider().stuckThreads(),
        loop.decider().locks().size(),
        loop.wakes().figures(),
        loop.intake().figures());
  }

  Map<String, Long> rareStates() {
    return Map.of(
        "REDECIDED", loop.counters().batchesRedecided(),
        "FENCE_REJECTED", parts.state().entriesIgnored(),
        "REPEATED_WHILE_IN_FLIGHT", loop.counters().repeatsJoined());
  }
}
