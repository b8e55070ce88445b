package dev.perdure.runtime.view;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.type.FieldKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values as bytes whose unsigned order is that of the values, none a prefix of another, so that
 * several behind each other are ordered like the list of values. Null comes first.
 *
 * <pre>
 * null      01
 * text      02 UTF-8 with 00 as 00 FF, then 00 01       order of code points
 * long      02 eight bytes, the sign bit turned
 * boolean   02 one byte
 * instant   02 seconds like a long, nanoseconds in four bytes
 * </pre>
 */
final class Ordered {

  private static final int NULL = 1;

  /** What every value but null begins with. */
  static final int VALUE = 2;

  private static final int ESCAPED = 0xFF;
  private static final int END = 1;

  private Ordered() {}

  static void put(ByteWriter out, FieldKind kind, @Nullable Object value) {
    if (value == null) {
      out.u8(NULL);
      return;
    }
    out.u8(VALUE);
    switch (kind) {
      case TEXT -> text(out, (String) value);
      case LONG -> out.u64((Long) value ^ Long.MIN_VALUE);
      case BOOLEAN -> out.u8((Boolean) value ? 1 : 0);
      case INSTANT -> {
        Instant at = (Instant) value;
        out.u64(at.getEpochSecond() ^ Long.MIN_VALUE).u32(at.getNano());
      }
    }
  }

  static void text(ByteWriter out, String value) {
    for (byte one : value.getBytes(StandardCharsets.UTF_8)) {
      out.u8(one);
      if (one == 0) {
        out.u8(ESCAPED);
      }
    }
    out.u8(0).u8(END);
  }

  /** The first key that does not begin with these bytes and lies behind all that do. */
  static byte[] behind(byte[] prefix) {
    int last = prefix.length - 1;
    while (last >= 0 && prefix[last] == (byte) 0xFF) {
      last--;
    }
    if (last < 0) {
      throw new IllegalArgumentException("nothing lies behind it");
    }
    byte[] next = Arrays.copyOf(prefix, last + 1);
    next[last]++;
    return next;
  }
}
