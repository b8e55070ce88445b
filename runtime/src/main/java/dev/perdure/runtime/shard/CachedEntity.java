package dev.perdure.runtime.shard;

import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.type.EntityModel;
import org.jspecify.annotations.Nullable;

/**
 * An entity's folded state on the leader: as applied, and as it will be when everything in flight
 * is applied. Loop thread.
 */
final class CachedEntity {

  private static final int OVERHEAD_BYTES = 400;
  private static final int DECODED_PER_JSON_BYTE = 4;

  private final EntityAddress address;
  private final EntityModel model;
  private Object applied;
  private long appliedVersion;
  private Object speculative;
  private long speculativeVersion;
  private @Nullable Batch lastBatch;
  private long checkpointVersion;
  private long checkpointHash;
  private int stateBytes;
  private @Nullable WakeRow wake;
  private long wakeHash;

  CachedEntity(EntityAddress address, EntityModel model, Folded folded) {
    this.address = address;
    this.model = model;
    this.applied = folded.state();
    this.speculative = folded.state();
    this.appliedVersion = folded.version();
    this.speculativeVersion = folded.version();
    this.checkpointVersion = folded.checkpointVersion();
    this.checkpointHash = folded.checkpointHash();
    this.stateBytes = folded.stateBytes();
  }

  /**
   * What folding the stored history gives.
   *
   * @param checkpointVersion version of the usable checkpoint, 0 if there is none
   * @param checkpointHash hash of the stored checkpoint row, usable or not; 0 if there is none
   * @param stateBytes size of the state as JSON, as far as known
   */
  record Folded(
      Object state, long version, long checkpointVersion, long checkpointHash, int stateBytes) {}

  EntityAddress address() {
    return address;
  }

  EntityModel model() {
    return model;
  }

  Object applied() {
    return applied;
  }

  long appliedVersion() {
    return appliedVersion;
  }

  Object speculative() {
    return speculative;
  }

  long speculativeVersion() {
    return speculativeVersion;
  }

  /** The newest batch in flight that changed or recorded something of it; null if there is none. */
  @Nullable Batch lastBatch() {
    return lastBatch;
  }

  long checkpointVersion() {
    return checkpointVersion;
  }

  long checkpointHash() {
    return checkpointHash;
  }

  /** When it wants to be woken, everything in flight included; null if it does not. */
  @Nullable WakeRow wake() {
    return wake;
  }

  /** Hash of that row; 0 if there is none. */
  long wakeHash() {
    return wakeHash;
  }

  void wake(@Nullable WakeRow row, long hash) {
    wake = row;
    wakeHash = hash;
  }

  /** A decision went into a batch. */
  void speculate(Object state, long version, Batch batch) {
    speculative = state;
    speculativeVersion = version;
    lastBatch = batch;
  }

  /** A batch was applied. */
  void apply(@Nullable Object state, long version, Batch batch) {
    if (state != null) {
      applied = state;
      appliedVersion = version;
    }
    if (lastBatch == batch) {
      lastBatch = null;
    }
  }

  void checkpointed(long version, long hash, int bytes) {
    checkpointVersion = version;
    checkpointHash = hash;
    stateBytes = bytes;
  }

  /** Rough size in memory. */
  int weight() {
    return OVERHEAD_BYTES + address.id().length() * 2 + stateBytes * DECODED_PER_JSON_BYTE;
  }
}
