package dev.perdure.guard;

/**
 * What a result says.
 *
 * @param failed whether the dependency failed; a refusal that is the caller's fault is none
 * @param kind what {@code retry.on} calls it: connect, timeout, io, error, or a status
 */
public record Verdict(boolean failed, String kind) {
  /** As it should be. */
  public static final Verdict OK = new Verdict(false, "");

  /** No connection: nothing was done. */
  public static final Verdict CONNECT = new Verdict(true, "connect");

  /** No answer in time. */
  public static final Verdict TIMEOUT = new Verdict(true, "timeout");

  /** The connection broke. */
  public static final Verdict IO = new Verdict(true, "io");

  /** Anything else that failed. */
  public static final Verdict ERROR = new Verdict(true, "error");

  /** An HTTP status: from 500 on the dependency failed. */
  public static Verdict status(int status) {
    if (status < 500 && status != 429) {
      return OK;
    }
    return new Verdict(status >= 500, Integer.toString(status));
  }
}
