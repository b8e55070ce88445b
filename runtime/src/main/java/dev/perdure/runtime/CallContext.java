package dev.perdure.runtime;

/**
 * Who asks, until when, and how much it matters.
 *
 * @param principal recorded with what the command changes
 * @param trace trace id, 32 hexadecimal digits; empty if there is none
 * @param deadlineNs on the node's monotonic clock
 * @param urgency of RFC 9218, 0 to 7, 0 the most urgent; decides who goes first when too much waits
 */
public record CallContext(String principal, String trace, long deadlineNs, int urgency) {

  /** What is neither urgent nor can wait, as RFC 9218 has it. */
  public static final int URGENCY_DEFAULT = 3;

  public CallContext {
    if (urgency < 0 || urgency > 7) {
      throw new IllegalArgumentException("urgency is " + urgency + "; 0 to 7 are allowed");
    }
  }

  /** Neither urgent nor able to wait. */
  public CallContext(String principal, String trace, long deadlineNs) {
    this(principal, trace, deadlineNs, URGENCY_DEFAULT);
  }

  /** The same with another deadline. */
  public CallContext until(long otherNs) {
    return new CallContext(principal, trace, otherNs, urgency);
  }
}
