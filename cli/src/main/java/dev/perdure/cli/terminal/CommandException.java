package dev.perdure.cli.terminal;

/** A command that ends with a message for people and an exit code. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exit;

  /** One sentence or two: what happened, which value, what to do. */
  public CommandException(int exit, String message) {
    super(message);
    this.exit = exit;
  }

  /** The exit code. */
  public int exit() {
    return exit;
  }
}
