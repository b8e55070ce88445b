package dev.perdure.journal.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** From when to when a certificate is valid. */
final class Validity {

  private static final Duration WARNING_MAX = Duration.ofDays(14);

  /** Certificates that live for a day are renewed every day: nothing to warn of until late. */
  private static final int WARNING_PART = 5;

  private Validity() {}

  static boolean holds(X509Certificate one, Instant now) {
    return !now.isBefore(begin(one)) && !now.isAfter(end(one));
  }

  /** Why it does not hold. Without the present time, so that the text stays the same. */
  static String why(X509Certificate one, Instant now) {
    return now.isBefore(begin(one))
        ? "is not valid before " + begin(one)
        : "expired at " + end(one);
  }

  /** From when on it should have been renewed. */
  static Instant warnFrom(X509Certificate one) {
    Duration part = Duration.between(begin(one), end(one)).dividedBy(WARNING_PART);
    return end(one).minus(part.compareTo(WARNING_MAX) < 0 ? part : WARNING_MAX);
  }

  private static Instant begin(X509Certificate one) {
    return one.getNotBefore().toInstant();
  }

  static Instant end(X509Certificate one) {
    return one.getNotAfter().toInstant();
  }
}
