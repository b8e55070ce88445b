package dev.perdure.server.admission;

/**
 * What a tenant may have on this node; 0 is no limit of its own.
 *
 * @param rate requests in a second, lines of batches among them
 * @param burst requests at once after a pause; 0 for a second's worth
 * @param concurrency requests under way, those among them that wait or stream
 * @param bytes of request bodies under way
 * @param urgency the most urgent priority that it may ask for, 0 to 7
 */
public record Quota(int rate, int burst, int concurrency, long bytes, int urgency) {

  /** No limit. */
  public static final Quota NONE = new Quota(0, 0, 0, 0, 0);

  public Quota {
    if (rate < 0 || burst < 0 || concurrency < 0 || bytes < 0 || urgency < 0 || urgency > 7) {
      throw new IllegalArgumentException("a quota has numbers from 0, its urgency is at most 7");
    }
  }

  /** Requests at once after a pause. */
  int burstOrSecond() {
    return burst == 0 ? Math.min(rate, 1_000_000) : burst;
  }
}
