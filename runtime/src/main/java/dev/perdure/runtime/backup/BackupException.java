package dev.perdure.runtime.backup;

import org.jspecify.annotations.Nullable;

/** A backup or a restore that cannot be made, with a sentence for people that says what to do. */
public final class BackupException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BackupException(String message) {
    super(message);
  }

  public BackupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
