package dev.perdure.lab.powercut;

import dev.perdure.kernel.CorruptionException;

/** The calls that ask the system to bring data to the disk. */
public enum SyncCall {
  FSYNC(0),
  FDATASYNC(1),
  /**
   * Starts or awaits write-back of a range; promises nothing about metadata or the disk's cache.
   */
  SYNC_FILE_RANGE(2),
  /** {@code sync} and {@code syncfs}. */
  SYNC_ALL(3);

  /** In the trace. */
  final int code;

  SyncCall(int code) {
    this.code = code;
  }

  static SyncCall ofCode(int code) {
    for (SyncCall call : values()) {
      if (call.code == code) {
        return call;
      }
    }
    throw new CorruptionException("the trace holds sync call " + code);
  }

  boolean makesDurable() {
    return this != SYNC_FILE_RANGE;
  }
}
