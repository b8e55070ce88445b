package dev.perdure.runtime.backup;

import java.util.concurrent.atomic.AtomicLong;

/** How far work is: written by one thread, read by any. */
public final class Progress {

  private volatile String doing = "beginning";
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean cancelled;

  /** What is being done now, for people. */
  public String doing() {
    return doing;
  }

  /** Bytes read so far. */
  public long bytes() {
    return bytes.get();
  }

  /** Ends the work soon, as a failure. */
  public void cancel() {
    cancelled = true;
  }

  void doing(String what) {
    doing = what;
  }

  void read(long more) {
    if (cancelled) {
      throw new BackupException("it was cancelled");
    }
    bytes.addAndGet(more);
  }
}
