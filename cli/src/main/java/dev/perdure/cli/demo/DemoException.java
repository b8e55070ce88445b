package dev.perdure.cli.demo;

/** The demo cannot go on; the message says why. */
public final class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DemoException(String message) {
    super(message);
  }
}
