package dev.perdure.runtime.watch;

/**
 * How far this node's wall clock is from that of most nodes.
 *
 * @param micros positive if this one is ahead, less what the way of the answers leaves open; 0 if
 *     no majority says so
 * @param peers how many others were heard
 */
public record ClockOffset(long micros, int peers) {

  /** Nothing is known. */
  public static final ClockOffset NONE = new ClockOffset(0, 0);
}
