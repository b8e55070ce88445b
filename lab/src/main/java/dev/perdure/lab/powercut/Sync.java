package dev.perdure.lab.powercut;

/**
 * One sync of a file or directory, from its beginning to its end. What was written after it began
 * is not covered by it.
 *
 * @param path relative to the root, as it was named when the sync began; empty for the root
 * @param begin sequence number of the beginning
 * @param end sequence number of the end, or {@link #UNFINISHED}
 * @param error errno of a failed call, 0 for success
 */
public record Sync(String path, SyncCall call, long begin, long end, int error) {

  /** The end of a sync that had not returned when the trace ended. */
  public static final long UNFINISHED = Long.MAX_VALUE;

  /** True if it returned success and is a call that promises durability. */
  public boolean durable() {
    return end != UNFINISHED && error == 0 && call.makesDurable();
  }
}
