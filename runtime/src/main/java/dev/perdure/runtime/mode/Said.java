package dev.perdure.runtime.mode;

import org.jspecify.annotations.Nullable;

/** What came of a call to the outside. */
public sealed interface Said {

  /** It was done. */
  record Done(@Nullable String value) implements Said {}

  /**
   * It failed, and may have been done.
   *
   * @param probe true if it was only let through to see whether the dependency is back, and it is
   *     the dependency that failed
   */
  record Threw(Throwable error, boolean probe) implements Said {}

  /**
   * It was not sent.
   *
   * @param shortly true if only too many are under way now
   */
  record NotSent(String detail, boolean shortly) implements Said {}

  /** It was not sent, and this is to be taken instead, as declared. */
  record Instead(@Nullable String value, String detail) implements Said {}

  /** It was not sent, and is to be done later. */
  record Later(String capability, String detail) implements Said {}

  /** It was not sent, and is not to be waited for. */
  record Disabled(String detail) implements Said {}
}
