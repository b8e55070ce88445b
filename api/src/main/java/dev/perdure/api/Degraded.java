package dev.perdure.api;

import java.time.Duration;

/**
 * What a capability does while something that it needs is not there. Declared, so that it can be
 * read, tested and forced before the day on which it is needed.
 */
public sealed interface Degraded {

  /**
   * Whatever needs it waits, durably, as long as calls are not sent, or until its own deadline.
   * Attempts that are sent and fail count, as ever.
   */
  static Degraded waits() {
    return new Waits();
  }

  /** Steps that call get the last good answer to the same arguments, if it is not too old. */
  static Degraded stale(Duration ageMax) {
    return new Stale(ageMax);
  }

  /** Steps that call get this answer. */
  static Degraded answer(Object value) {
    return new Answer(value);
  }

  /** Steps that call fail at once with {@code capability-degraded}, and requests are refused. */
  static Degraded disabled(String reason) {
    return new Disabled(reason);
  }

  /**
   * Steps that run something go on as if it were done; it is done later, at the pace that the
   * dependency's policy allows.
   *
   * @param arguments the class of the step's arguments
   * @param ageMax what is older is given up
   * @param waitingMax so many may wait on a node; beyond it steps fail with {@code
   *     capability-degraded}
   */
  static <A> Degraded later(
      Class<A> arguments, Deferred<A> handler, Duration ageMax, int waitingMax) {
    return new Later(arguments, handler, ageMax, waitingMax);
  }

  /** See {@link #waits}. */
  record Waits() implements Degraded {}

  /** See {@link #stale}. */
  record Stale(Duration ageMax) implements Degraded {
    public Stale {
      if (ageMax.isNegative() || ageMax.isZero()) {
        throw new IllegalArgumentException("a stale answer needs an age above nothing");
      }
    }
  }

  /** See {@link #answer}. */
  record Answer(Object value) implements Degraded {}

  /** See {@link #disabled}. */
  record Disabled(String reason) implements Degraded {
    public Disabled {
      if (reason.isBlank()) {
        throw new IllegalArgumentException("callers are told the reason; it must say something");
      }
    }
  }

  /** See {@link #later}. */
  record Later(Class<?> arguments, Deferred<?> handler, Duration ageMax, int waitingMax)
      implements Degraded {

    private static final int WAITING_MOST = 1_000_000;

    public Later {
      if (ageMax.isNegative() || ageMax.isZero() || waitingMax < 1 || waitingMax > WAITING_MOST) {
        throw new IllegalArgumentException(
            "what is done later needs an age above nothing, and room for 1 to "
                + WAITING_MOST
                + " that wait");
      }
    }
  }
}
