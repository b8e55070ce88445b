package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-decoding of a path segment or query value (RFC 3986): strict, UTF-8, no plus signs. */
final class Percent {

  private Percent() {}

  /**
   * The decoded text.
   *
   * @param what names the segment in the message
   */
  static String decode(String raw, String what) {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i);
      if (c == '%') {
        int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw malformed(what, "has a % at " + i + " without two hexadecimal digits");
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 3;
      } else if (c < 0x80) {
        bytes[length++] = (byte) c;
        i++;
      } else {
        throw malformed(what, "holds a character at " + i + " that must be percent-encoded");
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed(what, "is not UTF-8 behind its percent-encoding");
    }
  }

  private static ProblemException malformed(String what, String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, what + " " + detail);
  }
}
