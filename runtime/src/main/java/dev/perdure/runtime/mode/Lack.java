package dev.perdure.runtime.mode;

/**
 * What a capability is without.
 *
 * @param why for people; empty if it lacks nothing
 * @param dependency true if it is something outside, which may fail for one tenant and work for
 *     another
 */
record Lack(String why, boolean dependency) {

  static final Lack NOTHING = new Lack("", false);

  static Lack of(String why) {
    return why.isEmpty() ? NOTHING : new Lack(why, false);
  }
}
