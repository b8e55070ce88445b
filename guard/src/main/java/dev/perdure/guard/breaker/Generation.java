package dev.perdure.guard.breaker;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A breaker between two changes of its state. Whatever is counted is counted here, so that results
 * of a call from an older generation change an object that nobody asks any more.
 */
public final class Generation {

  /** The states of a breaker. */
  public enum State {
    /** Calls pass and are counted. */
    CLOSED,
    /** No call passes until the time is over, but for a few scouts. */
    OPEN,
    /** A few calls pass and decide. */
    HALF_OPEN
  }

  private static final int BITS = 16;
  private static final long MASK = (1L << BITS) - 1;

  private final State state;
  private final long number;
  private final long untilNs;
  private final int trips;
  private final int early;
  private final @Nullable Window window;
  private final @Nullable Scouts scouts;

  /**
   * Probes let through, and their results: four counters in one word, so that they change at once.
   */
  private final AtomicLong probes = new AtomicLong();

  /**
   * When a state ends, or for a closed one when it began; how many openings in a row went before;
   * and how often a scout's good news has ended one early since the dependency last held.
   */
  record Until(long ns, int trips, int early) {}

  private Generation(State state, long number, Until until, @Nullable Object own) {
    this.state = state;
    this.number = number;
    this.untilNs = until.ns();
    this.trips = until.trips();
    this.early = until.early();
    this.window = own instanceof Window counting ? counting : null;
    this.scouts = own instanceof Scouts looking ? looking : null;
  }

  static Generation closed(long number, Until since, Window window) {
    return new Generation(State.CLOSED, number, since, window);
  }

  /** {@code trips} openings in a row went before this one. */
  static Generation open(long number, Until until, Scouts scouts) {
    return new Generation(State.OPEN, number, until, scouts);
  }

  static Generation halfOpen(long number, Until until) {
    return new Generation(State.HALF_OPEN, number, until, null);
  }

  /** The state of this generation. */
  public State state() {
    return state;
  }

  /** Counts the changes of the breaker's state. */
  public long number() {
    return number;
  }

  /** When an open state may end, or a half-open one must; when a closed one began. */
  long untilNs() {
    return untilNs;
  }

  int trips() {
    return trips;
  }

  /** How often good news of a scout has ended an opening before its time. */
  int early() {
    return early;
  }

  @Nullable Window window() {
    return window;
  }

  /** Of an open state; null of the others. */
  @Nullable Scouts scouts() {
    return scouts;
  }

  /** Takes one of the probes, if one is left. */
  boolean takeProbe(int max) {
    while (true) {
      long before = probes.get();
      if ((before & MASK) >= max) {
        return false;
      }
      if (probes.compareAndSet(before, before + 1)) {
        return true;
      }
    }
  }

  /** Counts a probe's result; the probes as they are then. */
  Probes settle(Result result) {
    long change =
        switch (result) {
          case UNSENT -> -1;
          case GOOD -> 1L << BITS;
          case BAD -> 1L << (2 * BITS);
          case UNKNOWN -> 1L << (3 * BITS);
        };
    return Probes.of(probes.addAndGet(change));
  }

  Probes probes() {
    return Probes.of(probes.get());
  }

  /** Probes let through, and what came of them. */
  record Probes(int taken, int good, int bad, int unknown) {
    private static Probes of(long packed) {
      return new Probes(
          (int) (packed & MASK),
          (int) ((packed >>> BITS) & MASK),
          (int) ((packed >>> (2 * BITS)) & MASK),
          (int) ((packed >>> (3 * BITS)) & MASK));
    }

    int known() {
      return good + bad;
    }

    boolean allIn(int max) {
      return taken >= max && good + bad + unknown >= max;
    }
  }
}
