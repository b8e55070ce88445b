package dev.perdure.cli.terminal;

/** Exit codes of every command. */
public final class Exit {

  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;

  /** The work was done and a check of its result did not hold. */
  public static final int CHECK_DID_NOT_HOLD = 3;

  /** The node did not answer, or refused for now. */
  public static final int UNAVAILABLE = 69;

  private Exit() {}
}
