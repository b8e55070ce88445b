package dev.perdure.guard;

import org.jspecify.annotations.Nullable;

/** A call gave a value that the {@link Judge} takes for a failure. */
public final class FailedResultException extends GuardException {
  private static final long serialVersionUID = 1;

  private final transient @Nullable Object value;

  FailedResultException(String dependency, String kind, @Nullable Object value) {
    super(dependency, dependency + ": answered " + kind);
    this.value = value;
  }

  /** The value. */
  public @Nullable Object value() {
    return value;
  }
}
