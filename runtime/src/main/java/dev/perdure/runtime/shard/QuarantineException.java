package dev.perdure.runtime.shard;

/** Today's code cannot fold an entity's history; other nodes and other code may. */
public final class QuarantineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  QuarantineException(String message, Throwable cause) {
    super(message, cause);
  }
}
