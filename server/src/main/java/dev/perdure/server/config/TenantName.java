package dev.perdure.server.config;

/** What a tenant may be called. */
public final class TenantName {

  /** In words, for messages. */
  public static final String ALLOWED = "1 to 63 characters of a-z 0-9 - _ .";

  private static final int LENGTH_MAX = 63;

  private TenantName() {}

  /** True if a tenant may be called so. */
  public static boolean valid(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!plain && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= LENGTH_MAX;
  }
}
