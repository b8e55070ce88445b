package dev.perdure.testkit.sim;

/** Unwinds the code of a machine whose power goes out in the middle of it. */
public final class SimCrash extends Error {
  private static final long serialVersionUID = 1;

  /** Thrown where it stops. */
  public SimCrash() {
    super("the machine stopped here", null, false, false);
  }
}
