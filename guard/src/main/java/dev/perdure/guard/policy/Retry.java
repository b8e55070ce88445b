package dev.perdure.guard.policy;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * When an idempotent call is tried again.
 *
 * @param attempts with the first; 1 for no retry; default 3
 * @param backoff the pauses between attempts
 * @param on the kinds of failure that are tried again; default connect, 503, timeout
 * @param budget how many retries and hedges the calls pay for
 * @param hedgePercentile a second attempt begins when the first takes longer than so many in a
 *     hundred of the calls before it; 0 for never, the default
 */
public record Retry(
    int attempts, Backoff backoff, Set<String> on, Budget budget, int hedgePercentile) {

  /** The kinds of failure without a status; the others are 429 and 500 to 599, or 5xx for all. */
  public static final Set<String> KINDS = Set.of("connect", "timeout", "io", "error");

  private static final Pattern STATUS = Pattern.compile("429|5\\d\\d|5xx");

  /** Checks the ranges. */
  public Retry {
    Range.check("retry.attempts", attempts, 1, 10);
    if (hedgePercentile != 0) {
      Range.check("retry.hedge", hedgePercentile, 50, 99);
    }
    on = Set.copyOf(on);
    for (String kind : on) {
      if (!isKind(kind)) {
        throw new IllegalArgumentException(
            "retry.on has '"
                + kind
                + "'; allowed is connect, timeout, io, error, 429, 500..599, 5xx");
      }
    }
  }

  /** Is this a kind of failure that can be named in {@link #on()}? */
  public static boolean isKind(String text) {
    return KINDS.contains(text) || STATUS.matcher(text).matches();
  }

  /** Three attempts, ten in a hundred, no hedge. */
  public static Retry defaults() {
    return of(3);
  }

  /** Another number of attempts, the rest as by default. */
  public static Retry of(int attempts) {
    Set<String> on = Set.of("connect", "503", "timeout");
    return new Retry(attempts, Backoff.defaults(), on, Budget.defaults(), 0);
  }

  /** No second attempt, ever. */
  public static Retry none() {
    return of(1);
  }

  /** The same for other kinds of failure. */
  public Retry on(String... kinds) {
    return new Retry(attempts, backoff, Set.of(kinds), budget, hedgePercentile);
  }

  /** The same with other pauses. */
  public Retry pausing(Backoff pauses) {
    return new Retry(attempts, pauses, on, budget, hedgePercentile);
  }

  /** The same with another share of repeats. */
  public Retry within(int percent) {
    return within(new Budget(percent, budget.burst()));
  }

  /** The same with another budget. */
  public Retry within(Budget other) {
    return new Retry(attempts, backoff, on, other, hedgePercentile);
  }

  /** The same with hedging, after the time that 95 of a hundred calls do not exceed. */
  public Retry hedged() {
    return hedged(95);
  }

  /** The same with hedging, after the time that so many of a hundred calls do not exceed. */
  public Retry hedged(int percentile) {
    return new Retry(attempts, backoff, on, budget, percentile);
  }

  /**
   * How many retries and hedges there may be. Calls pay for them; nothing is there at the start.
   *
   * @param percent for a hundred calls; default 10
   * @param burst how many may be saved up however few calls there are; with more calls it is what
   *     one second of them pays for; default 2
   */
  public record Budget(int percent, int burst) {
    /** Checks the ranges. */
    public Budget {
      Range.check("retry.budget.ratio", percent, 0, 100);
      Range.check("retry.budget.burst", burst, 1, 1_000);
    }

    /** Ten in a hundred, two saved up. */
    public static Budget defaults() {
      return new Budget(10, 2);
    }
  }

  /**
   * Pauses that grow.
   *
   * @param base the longest first pause; default 50 ms
   * @param max the longest of all; default 1 s
   * @param jitter whether each pause is random between nothing and its length; default yes
   * @param factor how many times as long the next is; default 2
   */
  public record Backoff(Duration base, Duration max, boolean jitter, double factor) {
    /** Checks the ranges. */
    public Backoff {
      Range.check("retry.backoff.base", base, Duration.ZERO, Policy.LONGEST);
      Range.check("retry.backoff.max", max, base, Policy.LONGEST);
      Range.check("retry.backoff.factor", factor, 1, 10);
    }

    /** Pauses that double. */
    public Backoff(Duration base, Duration max, boolean jitter) {
      this(base, max, jitter, 2);
    }

    /** 50 ms, doubling to 1 s, full jitter. */
    public static Backoff defaults() {
      return new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1), true);
    }

    /** The pause before an attempt; {@code random} from 0 to 1. */
    public long pauseNs(int attempt, double random) {
      double longest =
          Math.min((double) max.toNanos(), base.toNanos() * Math.pow(factor, attempt - 2.0));
      return (long) (jitter ? longest * random : longest);
    }
  }
}
