package dev.perdure.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes a client. */
public final class ClientBuilder {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final double RETRY_SHARE = 0.1;
  private static final double RETRIES_PER_SECOND = 10;

  private final List<URI> seeds;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private Duration timeout = TIMEOUT;
  private double retryShare = RETRY_SHARE;
  private double retriesPerSecond = RETRIES_PER_SECOND;

  ClientBuilder(List<String> seeds) {
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("a client needs the URL of at least one node");
    }
    this.seeds = seeds.stream().map(PerdureClient::seed).toList();
  }

  /** How long a call may take, with all its repeats; 10 s. */
  public ClientBuilder timeout(Duration whole) {
    if (!whole.isPositive()) {
      throw new IllegalArgumentException("timeout " + whole + " is not positive");
    }
    timeout = whole;
    return this;
  }

  /** The tenant of all calls; the node's default. */
  public ClientBuilder tenant(String tenant) {
    return header("Perdure-Tenant", tenant);
  }

  /**
   * How much all calls of this client matter when a node has more to do than it can: 0 the most, 7
   * the least, as in RFC 9218; 3. A tenant may be kept to less.
   */
  public ClientBuilder urgency(int urgency) {
    if (urgency < 0 || urgency > 7) {
      throw new IllegalArgumentException("urgency is " + urgency + "; 0 to 7 are allowed");
    }
    return header("Priority", "u=" + urgency);
  }

  /** A header of all requests; none. */
  public ClientBuilder header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /**
   * How many repeats all calls of this client together may make: a share of the calls, and so many
   * per second in any case; 0.1 and 10. A call that may not repeat yet waits.
   */
  public ClientBuilder retries(double share, double perSecond) {
    if (share < 0 || perSecond <= 0) {
      throw new IllegalArgumentException(
          "retries: share " + share + " must be 0 or more, per second " + perSecond + " more");
    }
    retryShare = share;
    retriesPerSecond = perSecond;
    return this;
  }

  /** The client; nothing is sent before its first call. */
  public PerdureClient build() {
    return new PerdureClient(this);
  }

  List<URI> seeds() {
    return seeds;
  }

  Map<String, String> headers() {
    return Map.copyOf(headers);
  }

  Duration timeout() {
    return timeout;
  }

  double retryShare() {
    return retryShare;
  }

  double retriesPerSecond() {
    return retriesPerSecond;
  }
}
