package dev.perdure.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What holds for single tenants in place of {@code tenant.rate} and its like.
 *
 * @param own by tenant, by the last part of the key's name
 */
public record TenantQuotas(Map<String, Map<String, Long>> own) {

  /** Nobody has something of its own. */
  static final TenantQuotas NONE = new TenantQuotas(Map.of());

  private static final Map<String, Long> MOST =
      Map.of(
          "rate", 1_000_000_000L,
          "burst", 1_000_000L,
          "concurrency", 1_000_000L,
          "bytes", 64L << 30,
          "urgency", 7L);
  private static final String FORM =
      "NAME with rate, burst, concurrency, bytes or urgency, each as KEY=NUMBER; then the next";

  static final Kind<TenantQuotas> KIND =
      new Kind<>("quotas", "", FORM, "by tenant", TenantQuotas::read, TenantQuotas::text);

  /** What holds for a tenant: its own, or what holds for all. */
  public long of(String tenant, String what, long otherwise) {
    return own.getOrDefault(tenant, Map.of()).getOrDefault(what, otherwise);
  }

  private static @Nullable TenantQuotas read(String text) {
    Map<String, Map<String, Long>> all = new LinkedHashMap<>();
    for (String one : text.split(";", -1)) {
      if (one.isBlank()) {
        continue;
      }
      String[] words = one.strip().split("\\s+", -1);
      Map<String, Long> quota = quota(words);
      if (quota == null || !TenantName.valid(words[0]) || all.put(words[0], quota) != null) {
        return null;
      }
    }
    return new TenantQuotas(all);
  }

  private static @Nullable Map<String, Long> quota(String[] words) {
    Map<String, Long> quota = new LinkedHashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      String what = equals < 0 ? "" : words[i].substring(0, equals);
      Long most = MOST.get(what);
      long value = most == null ? -1 : number(what, words[i].substring(equals + 1));
      if (most == null || value < 0 || value > most || quota.put(what, value) != null) {
        return null;
      }
    }
    return quota;
  }

  /** -1 if it is none. */
  private static long number(String what, String text) {
    if (what.equals("bytes") && !text.equals("0")) {
      return Units.bytes(text);
    }
    boolean digits =
        !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(TenantQuotas::digit);
    return digits ? Long.parseLong(text) : -1;
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  private static String text(TenantQuotas quotas) {
    List<String> all = new ArrayList<>();
    quotas.own.forEach(
        (tenant, quota) -> {
          StringBuilder one = new StringBuilder(tenant);
          quota.forEach(
              (what, value) ->
                  one.append(' ')
                      .append(what)
                      .append('=')
                      .append(what.equals("bytes") ? Units.text(value) : value.toString()));
          all.add(one.toString());
        });
    return String.join("; ", all);
  }
}
