package dev.perdure.api;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link Subscription#handle}: it failed, and not because of the dependency that its
 * options name. It is tried again as after any other failure, but that dependency is not blamed.
 */
public class HandlerFailed extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * A failure.
   *
   * @param reason for the person who looks at the subscription
   */
  public HandlerFailed(String reason) {
    super(reason);
  }

  /** The same with what led to it. */
  public HandlerFailed(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }
}
