package dev.perdure.testkit.sim;

/** Unwinds the code of a machine whose power goes out in the middle of it. */
final class SimCrash extends Error {
  private static final long serialVersionUID = 1;

  SimCrash() {
    super("the machine stopped here", null, false, false);
  }
}
