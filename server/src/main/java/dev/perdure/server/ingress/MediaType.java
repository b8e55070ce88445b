package dev.perdure.server.ingress;

import java.util.Locale;

/** Media types as they come in {@code Content-Type}. */
final class MediaType {

  private static final String JSON = "application/json";

  private MediaType() {}

  /** True for {@code application/json}, if it names a character set for UTF-8 only. */
  static boolean isJson(String contentType) {
    return contentType.equals(JSON) || is(contentType, JSON);
  }

  /** True for newline-delimited JSON under the names it goes by. */
  static boolean isNdjson(String contentType) {
    return is(contentType, "application/x-ndjson")
        || is(contentType, "application/ndjson")
        || is(contentType, "application/jsonl");
  }

  private static boolean is(String contentType, String wanted) {
    String lower = contentType.toLowerCase(Locale.ROOT).strip();
    if (!lower.startsWith(wanted)) {
      return false;
    }
    String parameters = lower.substring(wanted.length()).strip();
    if (parameters.isEmpty()) {
      return true;
    }
    if (parameters.charAt(0) != ';') {
      return false;
    }
    int charset = parameters.indexOf("charset=");
    if (charset < 0) {
      return true;
    }
    String named = parameters.substring(charset + "charset=".length());
    return named.startsWith("utf-8") || named.startsWith("\"utf-8\"");
  }
}
