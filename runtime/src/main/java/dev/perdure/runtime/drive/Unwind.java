package dev.perdure.runtime.drive;

import dev.perdure.runtime.saga.Parked;
import org.jspecify.annotations.Nullable;

/** Leaves the author's code, which is not to catch it, for a reason that is not the code's. */
final class Unwind extends Error {

  private static final long serialVersionUID = 1;

  /** Why. */
  enum Why {
    /** It rests until a time. */
    REST,
    /** A person has to look at it. */
    PARK,
    /** What is recorded changed: the code begins again from the top. */
    AGAIN,
    /** Somebody else drives it, or nobody can now. */
    LOST,
    /** It had been started before. */
    EXISTS,
    /** All that could be found out of its steps is. */
    RESOLVED
  }

  private final Why why;
  private final long until;
  private final transient @Nullable Parked parked;
  private final String detail;

  private Unwind(Why why, long until, @Nullable Parked parked, String detail) {
    super(why.name(), null, false, false);
    this.why = why;
    this.until = until;
    this.parked = parked;
    this.detail = detail;
  }

  static Unwind rest(long untilMicros) {
    return new Unwind(Why.REST, untilMicros, null, "");
  }

  static Unwind park(Parked parked) {
    return new Unwind(Why.PARK, 0, parked, parked.detail());
  }

  static Unwind of(Why why, String detail) {
    return new Unwind(why, 0, null, detail);
  }

  Why why() {
    return why;
  }

  long until() {
    return until;
  }

  @Nullable Parked parked() {
    return parked;
  }

  String detail() {
    return detail;
  }
}
