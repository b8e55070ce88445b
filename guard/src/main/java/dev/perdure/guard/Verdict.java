package dev.perdure.guard;

/**
 * What a result says.
 *
 * @param failed whether the dependency failed; a refusal that is the caller's fault is none
 * @param kind what {@code retry.on} calls it: connect, timeout, io, error, or a status; empty only
 *     for what is as it should be
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

  /** May this value be given again, to others and later? */
  boolean worthKeeping() {
    return !failed && kind.isEmpty();
  }

  /** An HTTP status: from 500 on the dependency failed, below 300 all is as it should be. */
  public static Verdict status(int status) {
    if (status < 300) {
      return OK;
    }
    return new Verdict(status >= 500, Integer.toString(status));
  }
}
