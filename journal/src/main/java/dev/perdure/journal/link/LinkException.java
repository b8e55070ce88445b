package dev.perdure.journal.link;

import java.io.IOException;
import java.net.ConnectException;

/** Another node could not be asked, or did not answer. */
public sealed class LinkException extends IOException permits LinkFullException {

  private static final long serialVersionUID = 1;

  private final boolean sent;

  public LinkException(String message, Throwable cause) {
    super(message, cause);
    this.sent = !refused(cause);
  }

  /** The message was never sent. */
  public LinkException(String message) {
    super(message);
    this.sent = false;
  }

  /** False if the other node certainly did not get the message. */
  public boolean sent() {
    return sent;
  }

  private static boolean refused(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }
}
