package dev.perdure.journal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Who replicates a shard. Thread-safe; changes are made by the leader only, fail elsewhere, and may
 * have happened although they failed: ask {@link #members} again.
 */
public interface Membership {

  /** The members by the newest configuration that this replica knows; empty before it knows one. */
  List<Member> members();

  /**
   * Makes these the members. A new one must run already, as a replica that {@linkplain
   * ReplicaOrigin#JOINED joined}; it is brought up before it counts. At most half of the members
   * may change at a time.
   */
  CompletionStage<Void> change(List<Member> members, Duration timeout);

  /** Hands leadership to a member whose log is up to date. */
  CompletionStage<Void> transfer(String node, Duration timeout);

  /**
   * Asks a quorum whether this replica leads; completes with the term in which it does, or fails.
   */
  CompletionStage<Long> confirm();

  /**
   * The term in which this replica was elected, also before it is ready to decide in it; -1 if it
   * does not lead as far as it knows.
   */
  long electedTerm();

  /** Keeps the log from an index on for a while, whatever snapshots cover. */
  void keepLog(long fromIndex, Duration duration);

  /** Up to which index the log of each other member is known to match; empty if not the leader. */
  Map<String, Long> matched();
}
