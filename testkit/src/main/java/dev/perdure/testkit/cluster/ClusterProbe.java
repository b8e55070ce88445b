package dev.perdure.testkit.cluster;

import java.util.Locale;

/** What was done to a cluster, and what rare states came of it. */
public enum ClusterProbe {
  CUT_IN_HALVES(true),
  CUT_TO_A_RING(true),
  CUT_TO_A_BRIDGE(true),
  CUT_ONE_WAY(true),
  CUT_OFF_ONE(true),
  LINKS_BAD(true),
  CRASH(true),
  CRASH_INSIDE_A_STEP(true),
  ALL_CRASHED(true),
  FROZEN(true),
  SLOW_DISK(true),
  LYING_DISK(true),
  FORCED_ENTRIES_LOST(true),
  DISK_EMPTIED(true),
  DIED_FOR_GOOD(true),
  FRESH_MACHINE(true),
  CLOCK_JUMPED(true),
  BUILD_CHANGED(true),
  DRAINED(true),
  REMOVED(true),
  PLACED_ELSEWHERE(true),
  LEADERSHIP_TRANSFERRED(true),
  APPEND_FAILED_BUT_KEPT(true),
  APPEND_LOST(true),

  ELECTED(false),
  STEPPED_DOWN(false),
  TAIL_TRUNCATED(false),
  APPENDED_IN_A_LATER_TERM(false),
  READ_UNDER_LEASE(false),
  READ_CONFIRMED(false),
  READ_REFUSED(false),
  MEMBER_ADDED(false),
  MEMBER_REMOVED(false),
  CHANGE_INTERRUPTED(false),
  LOST_REPLICA_REPLACED(false),
  REPLICA_LEFT_THE_SHARD(false),
  LEFT_BEHIND(false),
  SNAPSHOT_FETCHED(false),
  SNAPSHOT_INTERRUPTED(false),
  SNAPSHOT_TOO_OLD(false),
  COPIED_BEFORE_IT_COULD_DECIDE(false),
  LOG_KEPT(false),
  TAIL_DROPPED(false),
  REPLACED_AFTER_A_CRASH(false),
  OLD_MAP_AT_START(false),
  MAP_WAS_OLD(false),
  LOST_ENTRIES_SEEN(false),
  SNAPSHOT_TAKEN(false),
  REPLAYED_OVER_NEWER_STORE(false),
  FORWARDED(false),
  FORWARDING_LOST(false),
  RAISED(false),
  RAISE_REFUSED(false),
  FENCE_REJECTED(false),
  FENCE_REJECTED_OLD_TERM(false);

  private final boolean fault;

  ClusterProbe(boolean fault) {
    this.fault = fault;
  }

  /** True for what the simulator does, false for what comes of it. */
  public boolean fault() {
    return fault;
  }

  /** For people. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
