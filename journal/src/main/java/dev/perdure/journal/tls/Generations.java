package dev.perdure.journal.tls;

import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials that the files gave, the newest good ones and those before. Looks at the files
 * when it is asked and the last look was a second ago; whoever asks while another looks gets what
 * there is. Thread-safe.
 */
final class Generations {

  private static final Logger LOG = LoggerFactory.getLogger(NodeTls.class);
  private static final long LOOK_AFTER_NS = Duration.ofSeconds(1).toNanos();
  private static final long WARN_AGAIN_AFTER_NS = Duration.ofDays(1).toNanos();

  /**
   * One state of the files.
   *
   * @param alias its name in handshakes
   * @param read what the files held
   * @param credentials what that means
   */
  record Generation(String alias, PemFiles read, Credentials credentials) {}

  private final NodeCertificates files;
  private final Clock clock;
  private final ReentrantLock looking = new ReentrantLock();

  private volatile Generation newest;

  /** For handshakes that began with it. One is enough: they ask at once. */
  private volatile @Nullable Generation previous;

  private volatile long lookedNs;
  private volatile @Nullable String problem;
  private int count;
  private @Nullable Long warnedNs;

  Generations(NodeCertificates files, Clock clock) throws TlsFileException {
    this.files = files;
    this.clock = clock;
    this.lookedNs = clock.monotonicNs();
    PemFiles read = PemFiles.read(files);
    this.newest = new Generation("node-0", read, understood(read));
    LOG.info("Nodes know this one by {}", described(newest.credentials()));
    warnOfExpiry();
  }

  /** The newest good one, after a look at the files if it is time. */
  Generation newest() {
    if (clock.monotonicNs() - lookedNs >= LOOK_AFTER_NS && looking.tryLock()) {
      try {
        look();
      } finally {
        looking.unlock();
      }
    }
    return newest;
  }

  /** The one with this alias; null when it is too old. */
  @Nullable Credentials named(String alias) {
    Generation current = newest;
    if (current.alias().equals(alias)) {
      return current.credentials();
    }
    Generation before = previous;
    return before != null && before.alias().equals(alias) ? before.credentials() : null;
  }

  /** Looks at the files now. True: they were exchanged, and what they hold is in use. */
  boolean reload() {
    looking.lock();
    try {
      return look();
    } finally {
      looking.unlock();
    }
  }

  /** Why the files as they are now are not in use; null when they are. */
  @Nullable String problem() {
    return problem;
  }

  NodeCertificates files() {
    return files;
  }

  /** The wall clock. */
  Instant now() {
    return Instant.EPOCH.plus(clock.wallMicros(), ChronoUnit.MICROS);
  }

  private boolean look() {
    lookedNs = clock.monotonicNs();
    boolean exchanged = false;
    try {
      exchanged = take(PemFiles.read(files));
      problem = null;
    } catch (TlsFileException e) {
      refuse(e.text());
    }
    warnOfExpiry();
    return exchanged;
  }

  private boolean take(PemFiles read) throws TlsFileException {
    if (read.sameAs(newest.read())) {
      return false;
    }
    Credentials credentials = understood(read);
    count++;
    previous = newest;
    newest = new Generation("node-" + count, read, credentials);
    warnedNs = null;
    LOG.info("New certificates: nodes know this one by {}", described(credentials));
    return true;
  }

  private Credentials understood(PemFiles read) throws TlsFileException {
    try {
      return Credentials.of(files, read, now());
    } catch (RuntimeException e) {
      // A parser that stumbles over bytes it did not expect must not end what works.
      throw new TlsFileException(files, e);
    }
  }

  /** Says it once: the files are looked at every second until they are repaired. */
  private void refuse(String text) {
    if (!text.equals(problem)) {
      LOG.error(
          "{}. The certificate read before stays in use; it expires at {}",
          text,
          newest.credentials().expires());
    }
    problem = text;
  }

  private void warnOfExpiry() {
    Credentials current = newest.credentials();
    long nowNs = clock.monotonicNs();
    boolean warned = warnedNs != null && nowNs - warnedNs < WARN_AGAIN_AFTER_NS;
    if (warned || now().isBefore(Validity.warnFrom(current.own()))) {
      return;
    }
    warnedNs = nowNs;
    LOG.warn(
        "{} expires at {}; nodes refuse it then. Put a renewed one there, no restart is needed",
        files.certificate(),
        current.expires());
  }

  private static String described(Credentials credentials) {
    return Peer.name(credentials.own()) + ", until " + credentials.expires();
  }
}
