package dev.perdure.runtime.watch;

/**
 * A sign at one look.
 *
 * @param severity what was measured, as a multiple of the bound; 0 if nothing could be
 * @param evidence the figures, for people
 */
record Reading(double severity, String evidence) {

  static final Reading NOTHING = new Reading(0, "");

  /** The worse one. */
  Reading or(Reading other) {
    return other.severity > severity ? other : this;
  }
}
