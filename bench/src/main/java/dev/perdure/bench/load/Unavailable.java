package dev.perdure.bench.load;

/** A target cannot run on this machine; the message says why and what would help. */
public final class Unavailable extends Exception {

  private static final long serialVersionUID = 1;

  public Unavailable(String reason) {
    super(reason);
  }
}
