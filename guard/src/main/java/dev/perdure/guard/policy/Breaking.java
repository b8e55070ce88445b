package dev.perdure.guard.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When calls stop because they fail.
 *
 * @param trip what opens a breaker
 * @param open how long it stays open
 * @param probes calls that decide whether it closes; default 10
 * @param halfOpenMax the longest wait for their results; default 30 s
 * @param tenants whose calls share a breaker; null for one breaker of all
 */
public record Breaking(
    Trip trip, Opening open, int probes, Duration halfOpenMax, @Nullable Tenants tenants) {

  /** Checks the ranges. */
  public Breaking {
    Range.check("breaker.probes", probes, 1, 1_000);
    Range.check("breaker.half-open-max", halfOpenMax, Duration.ofMillis(10), Policy.LONGEST);
  }

  /** The defaults of all parts, a breaker for each tenant. */
  public static Breaking defaults() {
    return new Breaking(
        Trip.defaults(), Opening.defaults(), 10, Duration.ofSeconds(30), Tenants.defaults());
  }

  /** The same with another condition. */
  public Breaking tripping(Trip other) {
    return new Breaking(other, open, probes, halfOpenMax, tenants);
  }

  /** The same with other times. */
  public Breaking opening(Opening other) {
    return new Breaking(trip, other, probes, halfOpenMax, tenants);
  }

  /** The same with another number of probes. */
  public Breaking probing(int number, Duration atMost) {
    return new Breaking(trip, open, number, atMost, tenants);
  }

  /** The same with one breaker for all calls. */
  public Breaking shared() {
    return new Breaking(trip, open, probes, halfOpenMax, null);
  }

  /** The same with a breaker for each tenant. */
  public Breaking perTenant(Tenants other) {
    return new Breaking(trip, open, probes, halfOpenMax, other);
  }

  /**
   * What opens a breaker. Looked at when a call fails.
   *
   * @param window how far back calls count; default 10 s
   * @param failurePercent of the calls in the window; default 50
   * @param minCalls the least calls in the window; default 20
   * @param inARow so many failures without a success between them open it too, however few calls
   *     there are: for callers that call one after the other; default 0, for never
   */
  public record Trip(Duration window, int failurePercent, int minCalls, int inARow) {
    /** Checks the ranges. */
    public Trip {
      Range.check("breaker.window", window, Duration.ofMillis(10), Policy.LONGEST);
      Range.check("breaker.failure-rate", failurePercent, 1, 100);
      Range.check("breaker.min-calls", minCalls, 1, 1_000_000);
      Range.check("breaker.in-a-row", inARow, 0, 1_000_000);
    }

    /** Only a share of the calls opens it. */
    public Trip(Duration window, int failurePercent, int minCalls) {
      this(window, failurePercent, minCalls, 0);
    }

    /** Half of at least twenty calls in 10 s. */
    public static Trip defaults() {
      return new Trip(Duration.ofSeconds(10), 50, 20);
    }

    /** The same with another number of failures in a row. */
    public Trip inARow(int failures) {
      return new Trip(window, failurePercent, minCalls, failures);
    }
  }

  /**
   * How long a breaker stays open: {@code first}, doubling to {@code longest} while probes fail, a
   * fifth more or less by chance.
   *
   * @param trickle how often a call passes all the same, so that it closes soon after the
   *     dependency is back, but never more than one of ten that come; default 500 ms, a fifth more
   *     or less by chance; 0 for never. Twice as long after each such call that succeeded, and none
   *     once that is {@code longest}, until the breaker has stayed closed for {@code longest}
   */
  public record Opening(Duration first, Duration longest, Duration trickle) {
    /** Checks the ranges. */
    public Opening {
      Range.check("breaker.open", first, Duration.ofMillis(1), Policy.LONGEST);
      Range.check("breaker.open (longest)", longest, first, Policy.LONGEST);
      if (!trickle.isZero()) {
        Range.check("breaker.trickle", trickle, Duration.ofMillis(10), Policy.LONGEST);
      }
    }

    /** The default trickle. */
    public Opening(Duration first, Duration longest) {
      this(first, longest, Duration.ofMillis(500));
    }

    /** 5 s to 60 s. */
    public static Opening defaults() {
      return new Opening(Duration.ofSeconds(5), Duration.ofSeconds(60));
    }

    /** The same with another trickle; 0 for none. */
    public Opening trickling(Duration other) {
      return new Opening(first, longest, other);
    }

    /** Does any call pass while it is open? */
    public boolean trickles() {
      return !trickle.isZero();
    }

    /**
     * How long until the next call passes, after {@code early} openings that such a call has ended;
     * {@code random} from 0 to 1.
     */
    public long trickleNs(int early, double random) {
      double doubled = trickle.toNanos() * Math.pow(2, Math.min(early, 40));
      if (early > 0 && doubled >= longest.toNanos()) {
        // The opening is over before: no call passes any more.
        return (long) (Math.max(longest.toNanos(), trickle.toNanos()) * 1.2);
      }
      return (long) (doubled * (0.8 + 0.4 * random));
    }

    /** How long, after {@code trips} openings in a row before; {@code random} from 0 to 1. */
    public long openNs(int trips, double random) {
      double doubled = first.toNanos() * Math.pow(2, Math.min(trips, 40));
      return (long) (Math.min(doubled, (double) longest.toNanos()) * (0.8 + 0.4 * random));
    }
  }

  /**
   * A breaker for each tenant, and one of the dependency that opens only by vote: when so many
   * tenants, and at least half of those that call, see most of their calls fail within a window.
   *
   * @param voteWindow default 2 s
   * @param voteTenants the least number of failing tenants; default 3
   * @param max tenants that have state of their own at a time; default 10,000
   */
  public record Tenants(Duration voteWindow, int voteTenants, int max) {
    /** Checks the ranges. */
    public Tenants {
      Range.check("breaker.vote.window", voteWindow, Duration.ofMillis(10), Policy.LONGEST);
      Range.check("breaker.vote.tenants", voteTenants, 2, 1_000_000);
      Range.check("breaker.tenants-max", max, 1, 1_000_000);
    }

    /** 2 s, three tenants, ten thousand. */
    public static Tenants defaults() {
      return new Tenants(Duration.ofSeconds(2), 3, 10_000);
    }
  }
}
