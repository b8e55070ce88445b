package dev.perdure.runtime;

import java.time.Duration;

/**
 * Every bound of a shard. Reaching one is an explicit refusal.
 *
 * @param stateBytesMax an entity's state as JSON
 * @param eventBytesMax one event as JSON
 * @param replyBytesMax one reply as JSON
 * @param entryBytesMax one journal entry; also bounds the events of one command
 * @param queueLengthMax commands waiting for a shard's loop
 * @param entriesInFlightMax entries proposed and not yet applied
 * @param checkpointEvery events of an entity between two state checkpoints
 * @param cacheBytesMax decoded states in memory, per shard
 * @param operationsInMemoryMax operation ids in the exact index, per shard
 * @param replyBytesPerTenantMax recorded replies within the retention, per shard and tenant
 * @param replyRetention how long an operation id is remembered
 * @param decideTimeMax user code per command
 * @param snapshotBytes journal bytes between two snapshots
 * @param snapshotInterval time between two snapshots while there are writes
 * @param nativeBytesMax RocksDB's memory, all shards together
 * @param diskFreeBytesMin below it writes are refused
 * @param clockStepMax how far the wall clock may be behind the last stamp
 */
public record Limits(
    int stateBytesMax,
    int eventBytesMax,
    int replyBytesMax,
    int entryBytesMax,
    int queueLengthMax,
    int entriesInFlightMax,
    int checkpointEvery,
    long cacheBytesMax,
    int operationsInMemoryMax,
    long replyBytesPerTenantMax,
    Duration replyRetention,
    Duration decideTimeMax,
    long snapshotBytes,
    Duration snapshotInterval,
    long nativeBytesMax,
    long diskFreeBytesMin,
    Duration clockStepMax) {

  private static final int KIB = 1024;
  private static final long MIB = 1024L * KIB;

  /** Safe for a heap of 512 MiB and up. */
  public static Limits defaults() {
    return new Limits(
        256 * KIB,
        64 * KIB,
        64 * KIB,
        1024 * KIB,
        16_384,
        3,
        64,
        Math.min(256 * MIB, Runtime.getRuntime().maxMemory() / 5),
        4 << 20,
        4096 * MIB,
        Duration.ofHours(24),
        Duration.ofSeconds(1),
        16 * MIB,
        Duration.ofSeconds(30),
        256 * MIB,
        256 * MIB,
        Duration.ofMinutes(1));
  }

  public Limits withStateBytesMax(int value) {
    return new Limits(
        value,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withEventBytesMax(int value) {
    return new Limits(
        stateBytesMax,
        value,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withReplyBytesMax(int value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        value,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withEntryBytesMax(int value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        value,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withQueueLengthMax(int value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        value,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withEntriesInFlightMax(int value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        value,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withCheckpointEvery(int value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        value,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withCacheBytesMax(long value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        value,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withOperationsInMemoryMax(int value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        value,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withReplyBytesPerTenantMax(long value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        value,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withReplyRetention(Duration value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        value,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withDecideTimeMax(Duration value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        value,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withSnapshotBytes(long value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        value,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withSnapshotInterval(Duration value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        value,
        nativeBytesMax,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withNativeBytesMax(long value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        value,
        diskFreeBytesMin,
        clockStepMax);
  }

  public Limits withDiskFreeBytesMin(long value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        value,
        clockStepMax);
  }

  public Limits withClockStepMax(Duration value) {
    return new Limits(
        stateBytesMax,
        eventBytesMax,
        replyBytesMax,
        entryBytesMax,
        queueLengthMax,
        entriesInFlightMax,
        checkpointEvery,
        cacheBytesMax,
        operationsInMemoryMax,
        replyBytesPerTenantMax,
        replyRetention,
        decideTimeMax,
        snapshotBytes,
        snapshotInterval,
        nativeBytesMax,
        diskFreeBytesMin,
        value);
  }
}
