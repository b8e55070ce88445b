package dev.perdure.testkit.cluster;

/** Ways in which a cluster can be made wrong on purpose, to show that the checkers notice. */
public enum ClusterBug {
  /** A leader answers reads without asking, for as long as it has not heard of another. */
  LEASE_NEVER_ENDS,
  /** A machine whose disk was emptied votes and follows as if nothing had happened. */
  ERASED_MEMBER_VOTES,
  /** A snapshot is taken over without the totals that it stands on. */
  INSTALLED_WITHOUT_TOTALS,
  /** A snapshot's copy lacks what still waits in memory. */
  COPIED_UNSEALED,
  /** The level rises although a node did not say what it supports. */
  RAISED_UNASKED,
  /** A node tells its build in the map before the level that has it. */
  BUILD_TOLD_EARLY,
  /** Slots move before the level that knows it is in force. */
  SLOTS_MOVED_EARLY
}
