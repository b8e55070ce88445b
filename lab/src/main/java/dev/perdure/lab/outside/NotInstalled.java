package dev.perdure.lab.outside;

/** Something from outside cannot run on this machine; the message says what and why. */
public final class NotInstalled extends Exception {

  private static final long serialVersionUID = 1;

  NotInstalled(String reason) {
    super(reason);
  }
}
