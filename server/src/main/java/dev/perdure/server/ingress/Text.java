package dev.perdure.server.ingress;

/** A caller's value as it may appear in a message. */
final class Text {

  private static final int LENGTH_MAX = 64;

  private Text() {}

  /** At most 64 characters, without control characters. */
  static String shown(String value) {
    StringBuilder out = new StringBuilder(Math.min(value.length(), LENGTH_MAX) + 1);
    for (int i = 0; i < value.length() && i < LENGTH_MAX; i++) {
      char c = value.charAt(i);
      boolean odd = Character.isISOControl(c) || Character.isSurrogate(c);
      out.append(odd ? '\uFFFD' : c);
    }
    return value.length() > LENGTH_MAX ? out.append('…').toString() : out.toString();
  }
}
