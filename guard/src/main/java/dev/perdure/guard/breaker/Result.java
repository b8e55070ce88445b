package dev.perdure.guard.breaker;

/** What a call says about the dependency. */
public enum Result {
  /** It works. */
  GOOD,
  /** It does not. */
  BAD,
  /** Nothing, although it was asked: the caller was interrupted, or our own code failed. */
  UNKNOWN,
  /** Nothing, because it was not asked. */
  UNSENT
}
