package dev.perdure.server.http;

import dev.perdure.kernel.Entropy;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The trace a request belongs to (W3C Trace Context): the caller's, or one begun here.
 *
 * @param id 32 lower-case hexadecimal digits, not all zero
 * @param state the caller's {@code tracestate}, null if there is none
 */
public record Trace(String id, @Nullable String state) {

  private static final int PARENT_LENGTH = 55;
  private static final int STATE_LENGTH_MAX = 512;

  /** The caller's trace; null if {@code parent} is absent or not valid, as the standard demands. */
  static @Nullable Trace continued(@Nullable String parent, @Nullable String state) {
    if (parent == null || !valid(parent)) {
      return null;
    }
    boolean keep = state != null && state.length() <= STATE_LENGTH_MAX;
    return new Trace(parent.substring(3, 35), keep ? state : null);
  }

  private static boolean valid(String parent) {
    int length = parent.length();
    if (length < PARENT_LENGTH
        || parent.charAt(2) != '-'
        || parent.charAt(35) != '-'
        || parent.charAt(52) != '-'
        || parent.startsWith("ff")) {
      return false;
    }
    boolean today = parent.startsWith("00");
    if (length > PARENT_LENGTH && (today || parent.charAt(PARENT_LENGTH) != '-')) {
      return false;
    }
    return hex(parent, 0, 2)
        && hex(parent, 53, PARENT_LENGTH)
        && hex(parent, 3, 35)
        && hex(parent, 36, 52)
        && !zero(parent, 3, 35)
        && !zero(parent, 36, 52);
  }

  private static boolean hex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean zero(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }

  /** Begins traces: the ids of one process never repeat, those of two almost surely differ. */
  static final class Source {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

    private final long high;
    private final AtomicLong low;

    Source(Entropy entropy) {
      this.high = entropy.nextLong() | 1;
      this.low = new AtomicLong(entropy.nextLong());
    }

    Trace begin() {
      byte[] digits = new byte[32];
      hex(high, digits, 0);
      hex(mix(low.getAndIncrement()), digits, 16);
      return new Trace(new String(digits, StandardCharsets.ISO_8859_1), null);
    }

    private static void hex(long value, byte[] to, int at) {
      for (int i = 0; i < 16; i++) {
        to[at + i] = DIGITS[(int) (value >>> (60 - 4 * i)) & 0xF];
      }
    }

    /** A bijection (the finaliser of SplitMix64), so that no id comes twice. */
    private static long mix(long value) {
      long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }
  }
}
