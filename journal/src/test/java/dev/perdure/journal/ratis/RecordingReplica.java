package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Replica;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A replica that remembers everything it hears. Waits are for a condition, with a deadline. */
final class RecordingReplica implements Replica {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<LogPosition> positions = new ArrayList<>();
  private final List<byte[]> entries = new ArrayList<>();
  private final List<Throwable> appendFailures = new ArrayList<>();
  private LogPosition applied = LogPosition.NONE;
  private LogPosition snapshot = LogPosition.NONE;
  private LogPosition last = LogPosition.NONE;
  private long leadingTerm = -1;
  private Throwable logFailure;
  private int snapshotsWanted;
  private long leftAt = -1;
  private String poison = "";
  private Thread askedBy;

  RecordingReplica() {}

  /** A replica whose stored state and snapshot already reach the given places. */
  RecordingReplica(LogPosition applied, LogPosition snapshot) {
    this.applied = applied;
    this.snapshot = snapshot;
  }

  @Override
  public synchronized LogPosition applied() {
    return applied;
  }

  @Override
  public synchronized LogPosition snapshot() {
    if (askedBy != null && !askedBy.equals(Thread.currentThread())) {
      throw new IllegalStateException("planted");
    }
    return snapshot;
  }

  @Override
  public synchronized void apply(LogPosition position, ByteBuffer entry) {
    byte[] bytes = new byte[entry.remaining()];
    entry.get(bytes);
    if (new String(bytes, StandardCharsets.UTF_8).equals(poison)) {
      throw new IllegalStateException("Cannot apply " + poison);
    }
    positions.add(position);
    entries.add(bytes);
    advance(position);
  }

  @Override
  public synchronized void skip(LogPosition position) {
    advance(position);
  }

  private void advance(LogPosition position) {
    if (last.index() >= 0 && position.index() != last.index() + 1) {
      throw new IllegalStateException(position + " after " + last);
    }
    last = position;
    if (position.index() > applied.index()) {
      applied = position;
    }
    notifyAll();
  }

  @Override
  public synchronized void leading(long term) {
    leadingTerm = term;
    notifyAll();
  }

  @Override
  public synchronized void following(long term) {
    leadingTerm = -1;
    notifyAll();
  }

  @Override
  public synchronized void appendFailed(long term, Throwable cause) {
    appendFailures.add(cause);
    notifyAll();
  }

  @Override
  public synchronized void logFailed(Throwable cause) {
    logFailure = cause;
    notifyAll();
  }

  @Override
  public synchronized void left(String leader, long firstIndex) {
    leftAt = firstIndex;
    notifyAll();
  }

  @Override
  public synchronized void snapshotWanted() {
    snapshotsWanted++;
    notifyAll();
  }

  /** Only this thread is told of the snapshot, so the engine is not; null for every thread. */
  synchronized void failElsewhere(Thread but) {
    askedBy = but;
  }

  /** Applying this text will throw. */
  synchronized void failToApply(String text) {
    poison = text;
  }

  /** Pretends that a snapshot at the last applied position is on stable storage. */
  synchronized LogPosition takeSnapshot() {
    snapshot = applied;
    return snapshot;
  }

  /** The replica as a new process would find it, with what it had stored. */
  synchronized RecordingReplica restarted() {
    return new RecordingReplica(applied, snapshot);
  }

  synchronized List<byte[]> entries() {
    return List.copyOf(entries);
  }

  synchronized List<LogPosition> positions() {
    return List.copyOf(positions);
  }

  synchronized int count() {
    return entries.size();
  }

  synchronized int appendFailures() {
    return appendFailures.size();
  }

  synchronized Throwable logFailure() {
    return logFailure;
  }

  synchronized int snapshotsWanted() {
    return snapshotsWanted;
  }

  synchronized long leadingTerm() {
    return leadingTerm;
  }

  /** The first index that the leader's log still held when this replica was left behind. */
  long awaitLeft() {
    await("being left behind", () -> leftAt >= 0);
    return leftAt;
  }

  long awaitLeading() {
    await("a term to lead in", () -> leadingTerm >= 0);
    return leadingTerm();
  }

  void awaitCount(int count) {
    await(count + " entries", () -> entries.size() >= count);
  }

  synchronized void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("Waited in vain for " + what + "; " + entries.size() + " entries");
      }
      try {
        wait(Math.min(left, 50));
      } catch (InterruptedException e) {
        throw new AssertionError("Interrupted while waiting for " + what, e);
      }
    }
  }
}
