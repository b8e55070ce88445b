package dev.perdure.api;

/**
 * Thrown by {@link Subscription#handle}: it is the event that cannot be handled, and to try it
 * again would change nothing. It becomes a dead letter at once. An outage of what the handler talks
 * to is any other exception.
 */
public class Undeliverable extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * A refusal.
   *
   * @param reason for the person who finds the dead letter
   */
  public Undeliverable(String reason) {
    super(reason);
  }
}
