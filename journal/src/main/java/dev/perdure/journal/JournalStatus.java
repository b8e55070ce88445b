package dev.perdure.journal;

/**
 * A journal's figures at one moment.
 *
 * @param role LEADER, FOLLOWER, CANDIDATE, CLOSED or FAILED
 * @param term the current term
 * @param lastIndex last index in the local log
 * @param committedIndex last index known committed
 * @param appliedIndex last index handed to the replica
 * @param syncs how often the log was forced to disk since start
 * @param logBytes bytes of log files on disk
 */
public record JournalStatus(
    Role role,
    long term,
    long lastIndex,
    long committedIndex,
    long appliedIndex,
    long syncs,
    long logBytes) {

  /** What this replica is for its shard. */
  public enum Role {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    CLOSED,
    FAILED
  }
}
