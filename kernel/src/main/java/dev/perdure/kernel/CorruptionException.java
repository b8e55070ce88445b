package dev.perdure.kernel;

/** Stored bytes that are not what was written: named, never served. */
public final class CorruptionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CorruptionException(String message) {
    super(message);
  }

  public CorruptionException(String message, Throwable cause) {
    super(message, cause);
  }
}
