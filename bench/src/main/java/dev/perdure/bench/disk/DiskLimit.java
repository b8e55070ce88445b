package dev.perdure.bench.disk;

import dev.perdure.bench.disk.DiskMeasurement.Placement;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Appends and forces the same number of bytes again and again: 256 B, 4 KiB and 64 KiB, to a file
 * that has its length already and to one that grows.
 *
 * <p>Force means data only ({@code fdatasync}), which is all a log needs. The bytes are random, so
 * that nothing below can shorten them.
 */
public final class DiskLimit {

  private static final Clock CLOCK = Clock.system();
  private static final List<Integer> SIZES = List.of(256, 4 << 10, 64 << 10);

  /** A file starts again at its beginning when it has this length: the disk must not fill up. */
  private static final long FILE_BYTES_MAX = 256 << 20;

  private static final int FILL_BYTES = 1 << 20;
  private static final long LATENCY_MAX_NS = TimeUnit.SECONDS.toNanos(60);

  private DiskLimit() {}

  /**
   * Measures every size and placement.
   *
   * @param directory on the disk to be measured; the file in it is deleted afterwards
   * @param each how long one size and placement is measured
   */
  public static List<DiskMeasurement> measure(Path directory, Duration each) throws IOException {
    List<DiskMeasurement> measurements = new ArrayList<>();
    for (int bytes : SIZES) {
      for (Placement placement : Placement.values()) {
        Path file = Files.createTempFile(directory, "disk-limit-", ".dat");
        try {
          measurements.add(measure(file, bytes, placement, each));
        } finally {
          Files.delete(file);
        }
      }
    }
    return measurements;
  }

  private static DiskMeasurement measure(Path file, int bytes, Placement placement, Duration length)
      throws IOException {
    ByteBuffer data = ByteBuffer.allocateDirect(bytes);
    byte[] noise = new byte[bytes];
    new SplittableRandom(bytes).nextBytes(noise);
    data.put(noise);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (placement == Placement.PREALLOCATED) {
        fill(channel);
      }
      var latencies = new Histogram(LATENCY_MAX_NS, 3);
      long startNs = CLOCK.monotonicNs();
      long beforeNs = startNs;
      long position = 0;
      while (beforeNs - startNs < length.toNanos()) {
        position = append(channel, data, position, placement);
        long nowNs = CLOCK.monotonicNs();
        latencies.recordValue(Math.min(nowNs - beforeNs, LATENCY_MAX_NS));
        beforeNs = nowNs;
      }
      return new DiskMeasurement(
          bytes,
          placement,
          (beforeNs - startNs) / 1e9,
          latencies.getTotalCount(),
          latencies.getValueAtPercentile(50) / 1e3,
          latencies.getValueAtPercentile(99) / 1e3);
    }
  }

  private static long append(
      FileChannel channel, ByteBuffer data, long position, Placement placement) throws IOException {
    data.rewind();
    long end = position;
    while (data.hasRemaining()) {
      end += channel.write(data, end);
    }
    channel.force(false);
    if (end + data.capacity() <= FILE_BYTES_MAX) {
      return end;
    }
    if (placement == Placement.GROWING) {
      channel.truncate(0);
    }
    return 0;
  }

  private static void fill(FileChannel channel) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
    for (long position = 0; position < FILE_BYTES_MAX; position += FILL_BYTES) {
      zeros.rewind();
      while (zeros.hasRemaining()) {
        channel.write(zeros, position + zeros.position());
      }
    }
    channel.force(true);
  }
}
