package dev.perdure.journal;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One shard's replicated log. Created with the {@link Replica} it drives; {@link #start} opens the
 * log, replays what the replica has not applied, and takes part in elections.
 */
public interface Journal extends AutoCloseable {

  /**
   * Opens the log and begins to drive the replica; returns when the log is verified and readable.
   */
  void start();

  /**
   * Appends one entry in the given term; returns at once. The entry reaches {@link Replica#apply}
   * when it is committed; if this journal learns that it failed to append, or no longer leads in
   * {@code term}, {@link Replica#appendFailed} is called, and the entry may still be applied later.
   *
   * <p>Called only by the shard's loop thread; order of calls is order in the log.
   */
  void append(long term, byte[] entry);

  /**
   * True if this replica leads in {@code term} and no other can lead at this moment: what was
   * applied here is all that was acknowledged anywhere. Cheap; no I/O.
   */
  boolean leads(long term);

  /**
   * Confirms leadership with a quorum where {@link #leads} cannot tell; fails if another leads.
   * Completes on any thread.
   */
  CompletionStage<Void> confirmLeadership(long term);

  /**
   * Id of the other node that leads, as far as this replica knows; null if it knows none, or leads
   * itself. Cheap; it may have changed since.
   */
  @Nullable String otherLeader();

  /** Asks for {@link Replica#snapshot} to be read again and the log purged up to it, soon. */
  void snapshotTaken();

  /** Figures for health, metrics and inspection; thread-safe. */
  JournalStatus status();

  /** Stops; entries not yet forced to disk are lost as in a crash. Idempotent. */
  @Override
  void close();
}
