package dev.perdure.journal.link;

/** So much waits for another node that no more is taken; nothing was sent. It may well be there. */
public final class LinkFullException extends LinkException {

  private static final long serialVersionUID = 1;

  LinkFullException(String message) {
    super(message);
  }
}
