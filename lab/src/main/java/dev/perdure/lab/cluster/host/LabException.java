package dev.perdure.lab.cluster.host;

/** The lab itself could not do what it should: nothing is said about what it examines. */
public final class LabException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What failed, with the values. */
  public LabException(String message) {
    super(message);
  }

  /** What failed, with the values and what led to it. */
  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
