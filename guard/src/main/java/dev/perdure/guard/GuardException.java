package dev.perdure.guard;

/**
 * What a guard itself has to say, as opposed to what the call threw. Made without a stack trace:
 * under overload there are many.
 */
public abstract sealed class GuardException extends RuntimeException
    permits NotSentException, TimedOutException, FailedResultException {
  private static final long serialVersionUID = 1;

  private final String dependency;

  GuardException(String dependency, String message) {
    super(message, null, true, false);
    this.dependency = dependency;
  }

  /** The dependency's name. */
  public final String dependency() {
    return dependency;
  }
}
