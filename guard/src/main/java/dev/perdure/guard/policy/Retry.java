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
 * @param budgetPercent retries and hedges for a hundred calls; default 10
 * @param hedge whether a second attempt begins when the first takes longer than 95 % of the calls
 *     before it; default no
 */
public record Retry(
    int attempts, Backoff backoff, Set<String> on, int budgetPercent, boolean hedge) {

  /** The kinds of failure without a status; the others are 429 and 500 to 599, or 5xx for all. */
  public static final Set<String> KINDS = Set.of("connect", "timeout", "io", "error");

  private static final Pattern STATUS = Pattern.compile("429|5\\d\\d|5xx");

  /** Checks the ranges. */
  public Retry {
    Range.check("retry.attempts", attempts, 1, 10);
    Range.check("retry.budget.ratio", budgetPercent, 0, 100);
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
    return new Retry(attempts, Backoff.defaults(), Set.of("connect", "503", "timeout"), 10, false);
  }

  /** No second attempt, ever. */
  public static Retry none() {
    return of(1);
  }

  /** The same for other kinds of failure. */
  public Retry on(String... kinds) {
    return new Retry(attempts, backoff, Set.of(kinds), budgetPercent, hedge);
  }

  /** The same with other pauses. */
  public Retry pausing(Backoff pauses) {
    return new Retry(attempts, pauses, on, budgetPercent, hedge);
  }

  /** The same with another budget. */
  public Retry within(int percent) {
    return new Retry(attempts, backoff, on, percent, hedge);
  }

  /** The same with hedging. */
  public Retry hedged() {
    return new Retry(attempts, backoff, on, budgetPercent, true);
  }

  /**
   * Pauses that double.
   *
   * @param base the longest first pause; default 50 ms
   * @param max the longest of all; default 1 s
   * @param jitter whether each pause is random between nothing and its length; default yes
   */
  public record Backoff(Duration base, Duration max, boolean jitter) {
    /** Checks the ranges. */
    public Backoff {
      Range.check("retry.backoff.base", base, Duration.ZERO, Policy.LONGEST);
      Range.check("retry.backoff.max", max, base, Policy.LONGEST);
    }

    /** 50 ms, doubling to 1 s, full jitter. */
    public static Backoff defaults() {
      return new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1), true);
    }

    /** The pause before an attempt; {@code random} from 0 to 1. */
    public long pauseNs(int attempt, double random) {
      double longest =
          Math.min((double) max.toNanos(), base.toNanos() * Math.pow(2, attempt - 2.0));
      return (long) (jitter ? longest * random : longest);
    }
  }
}
