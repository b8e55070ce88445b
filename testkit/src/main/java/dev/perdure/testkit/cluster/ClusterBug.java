package dev.perdure.testkit.cluster;

/** Ways in which a cluster can be made wrong on purpose, to show that the checkers notice. */
public enum ClusterBug {
  /** A leader answers reads without asking, for as long as it has not heard of another. */
  LEASE_NEVER_ENDS,
  /** A lease counts from when the followers' answers came, not from when they were asked. */
  LEASE_FROM_ANSWERS,
  /** A replica votes although it has just heard of a leader. */
  VOTES_BESIDE_LEADER,
  /** A change of members needs no majority of those before. */
  OLD_MEMBERS_NOT_ASKED,
  /** A change of members begins before the one before it is over. */
  TWO_CHANGES_AT_ONCE,
  /** Who was removed still counts for the majority that commits. */
  REMOVED_MEMBER_COUNTS,
  /** A replica that an old map does not want leaves while it is being added. */
  LEFT_WHILE_ADDED,
  /** A machine whose disk was emptied votes and follows as if nothing had happened. */
  ERASED_MEMBER_VOTES,
  /** A replica forgets its vote when its machine stops. */
  VOTE_FORGOTTEN,
  /** A replica whose log ends before what it stored is started. */
  LOST_ENTRIES_UNSEEN,
  /** A follower says that it has entries which are not on its disk yet. */
  ACKNOWLEDGED_UNFORCED,
  /** A snapshot is taken over without the totals that it stands on. */
  INSTALLED_WITHOUT_TOTALS,
  /** A snapshot's rows are put over those that were there. */
  INSTALLED_OVER_OLD_ROWS,
  /** A snapshot is taken over although the replica's own log is ahead of it, and is cut. */
  INSTALLED_OLDER,
  /** A snapshot's copy lacks what still waits in memory. */
  COPIED_UNSEALED,
  /** The level rises although a node did not say what it supports. */
  RAISED_UNASKED,
  /** A node tells its build in the map before the level that has it. */
  BUILD_TOLD_EARLY,
  /** Slots move before the level that knows it is in force. */
  SLOTS_MOVED_EARLY
}
