package dev.perdure.runtime.fair;

/** Something that waits for its turn. What it says never changes, but that it ended. */
public interface Work {

  /** How many ranks there are; 0 matters most. */
  int RANKS = 4;

  /** Its tenant; empty for what the platform does for itself. */
  String tenant();

  /** 0 to 3, see {@link #rankOf}. */
  int rank();

  /** Work of equal keys keeps its order. */
  Object key();

  /** On the node's monotonic clock. */
  long deadlineNs();

  /** How much of a tenant's turn it takes: 1 for a small command. */
  int cost();

  /** True if nobody waits for it any more. */
  boolean ended();

  /** The rank of an urgency of RFC 9218: 0 is 0, 1 and 2 are 1, 3 and 4 are 2, the others are 3. */
  static int rankOf(int urgency) {
    return Math.clamp((urgency + 1) / 2, 0, RANKS - 1);
  }
}
