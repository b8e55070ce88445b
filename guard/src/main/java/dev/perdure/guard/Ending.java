package dev.perdure.guard;

import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended that did not simply give its value.
 *
 * @param cause what is thrown if it was the last
 * @param verdict null when it says nothing on the dependency; then it is never repeated
 * @param valued whether its value is given instead of the cause: a refusal that is worth another
 *     attempt, but no failure
 */
record Ending(Throwable cause, @Nullable Verdict verdict, boolean valued) {

  /** What an action threw, in the place of its value. */
  record Threw(Throwable thrown) {}

  /** In the place of a value: none came in time. */
  static final Object TIMED_OUT = new Object();
}
