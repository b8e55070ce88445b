package dev.perdure.runtime.record;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How far a reader of a stream got: for each shard the offset of the last record that it has seen.
 * Opaque to callers. Immutable.
 */
public final class StreamPosition {

  /** Before everything. */
  public static final StreamPosition START = new StreamPosition(new TreeMap<>());

  private static final int LENGTH_MAX = 100_000;

  private final SortedMap<Integer, Long> offsets;

  private StreamPosition(SortedMap<Integer, Long> offsets) {
    this.offsets = offsets;
  }

  /** The last offset that was seen of a shard; -1 for none. */
  public long of(int shard) {
    return offsets.getOrDefault(shard, -1L);
  }

  /** This position, but for one shard. */
  public StreamPosition with(int shard, long offset) {
    SortedMap<Integer, Long> next = new TreeMap<>(offsets);
    next.put(shard, offset);
    return new StreamPosition(next);
  }

  /** By shard. */
  public Map<Integer, Long> offsets() {
    return Map.copyOf(offsets);
  }

  /** What callers get. */
  public String text() {
    String plain =
        offsets.entrySet().stream()
            .map(one -> one.getKey() + ":" + one.getValue())
            .collect(Collectors.joining(","));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Reads what a caller gives back; empty for the start.
   *
   * @throws IllegalArgumentException if it is no position
   */
  public static StreamPosition of(String text) {
    if (text.isEmpty()) {
      return START;
    }
    if (text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException("it is too long");
    }
    byte[] bytes = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
    String plain = new String(bytes, StandardCharsets.US_ASCII);
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    for (String one : plain.split(",", -1)) {
      int colon = one.indexOf(':');
      if (colon < 1) {
        throw new IllegalArgumentException("it was not given by a stream");
      }
      offsets.put(
          Integer.parseInt(one.substring(0, colon)), Long.parseLong(one.substring(colon + 1)));
    }
    return new StreamPosition(offsets);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamPosition that && offsets.equals(that.offsets);
  }

  @Override
  public int hashCode() {
    return offsets.hashCode();
  }

  @Override
  public String toString() {
    return offsets.toString();
  }
}
