package dev.perdure.runtime.shard;

import java.util.concurrent.atomic.LongAdder;

/** A shard's counters since the start of the process. Thread-safe. */
final class ShardCounters {

  private final LongAdder accepted = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder replayed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder entriesProposed = new LongAdder();
  private final LongAdder entriesApplied = new LongAdder();
  private final LongAdder redecided = new LongAdder();
  private final LongAdder joined = new LongAdder();

  void accepted(int commands) {
    accepted.add(commands);
  }

  void rejected() {
    rejected.increment();
  }

  void replayed() {
    replayed.increment();
  }

  void failed() {
    failed.increment();
  }

  void proposed(int commands) {
    entriesProposed.increment();
  }

  void applied() {
    entriesApplied.increment();
  }

  void redecided(int batches) {
    redecided.add(batches);
  }

  void joined() {
    joined.increment();
  }

  long batchesRedecided() {
    return redecided.sum();
  }

  long repeatsJoined() {
    return joined.sum();
  }

  long commandsAccepted() {
    return accepted.sum();
  }

  long commandsRejected() {
    return rejected.sum();
  }

  long commandsReplayed() {
    return replayed.sum();
  }

  long commandsFailed() {
    return failed.sum();
  }

  long entriesProposed() {
    return entriesProposed.sum();
  }

  long entriesApplied() {
    return entriesApplied.sum();
  }
}
