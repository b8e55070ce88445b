package dev.perdure.journal.link;

import java.io.IOException;

/** Another node could not be asked, or did not answer. Whether it acted is not known. */
public final class LinkException extends IOException {

  private static final long serialVersionUID = 1;

  public LinkException(String message, Throwable cause) {
    super(message, cause);
  }

  public LinkException(String message) {
    super(message);
  }
}
