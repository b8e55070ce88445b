package dev.perdure.bench.disk;

/**
 * The figures of one way to append and force.
 *
 * @param bytes written before each force
 * @param placement what the file was like
 * @param seconds how long was measured
 * @param forces how many times data was written and forced
 * @param p50Us median of one write and force, in microseconds
 * @param p99Us the 99th percentile, in microseconds
 */
public record DiskMeasurement(
    int bytes, Placement placement, double seconds, long forces, double p50Us, double p99Us) {

  /** Where the bytes go. */
  public enum Placement {
    /** Over zeros that were written and forced before: a force has no metadata to write. */
    PREALLOCATED,
    /** At the end: each force writes the file's new length too. */
    GROWING
  }

  public double forcesPerSecond() {
    return forces / seconds;
  }

  public double megabytesPerSecond() {
    return forcesPerSecond() * bytes / 1e6;
  }
}
