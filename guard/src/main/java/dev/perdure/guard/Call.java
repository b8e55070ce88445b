package dev.perdure.guard;

import dev.perdure.guard.policy.Priority;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says of a call. Immutable; one without a key can be kept and used for all calls of
 * its kind.
 */
public final class Call {
  private static final Call ONCE = new Call(new Safety(false, null), null, null, null);
  private static final Call REPEATABLE = new Call(new Safety(true, null), null, null, null);

  /** May it be sent again, and under which key does the other side know it? */
  private record Safety(boolean idempotent, @Nullable String key) {}

  /** How its value is kept. */
  record Cached(String key, long versionMin, @Nullable ToLongFunction<Object> versionOf) {}

  private final Safety safety;
  private final @Nullable String tenant;
  private final @Nullable Priority priority;
  private final @Nullable Cached cached;

  private Call(
      Safety safety,
      @Nullable String tenant,
      @Nullable Priority priority,
      @Nullable Cached cached) {
    this.safety = safety;
    this.tenant = tenant;
    this.priority = priority;
    this.cached = cached;
  }

  /** Must not be sent twice: never retried. */
  public static Call once() {
    return ONCE;
  }

  /** May be sent again: sent twice, it does the same as sent once. */
  public static Call idempotent() {
    return REPEATABLE;
  }

  /** May be sent again, because the other side recognises this key. */
  public static Call idempotent(String key) {
    return new Call(new Safety(true, key), null, null, null);
  }

  /** Reads something that may be kept under this name, for the tenant alone. */
  public static Call read(String cacheKey) {
    return REPEATABLE.cachedAs(cacheKey);
  }

  /** The same for a tenant; otherwise it is the caller's. */
  public Call tenant(String other) {
    return new Call(safety, other, priority, cached);
  }

  /** The same with a priority; otherwise it is the caller's, or normal. */
  public Call priority(Priority other) {
    return new Call(safety, tenant, other, cached);
  }

  /** The same, and its value may be kept under this name. */
  public Call cachedAs(String cacheKey) {
    return new Call(safety, tenant, priority, new Cached(cacheKey, 0, null));
  }

  /**
   * The same with versions: a kept value is given only if it is at least of version {@code least},
   * for example the one that the caller itself wrote. Only after {@link #cachedAs}.
   *
   * @param versionOf the version of a value, greater for a newer one
   */
  public Call versions(long least, ToLongFunction<Object> versionOf) {
    if (cached == null) {
      throw new IllegalStateException("versions belong to a cached value: call cachedAs first");
    }
    return new Call(safety, tenant, priority, new Cached(cached.key(), least, versionOf));
  }

  /** May it be sent again? */
  public boolean isIdempotent() {
    return safety.idempotent();
  }

  /** The key under which the other side recognises it, if there is one. */
  public @Nullable String key() {
    return safety.key();
  }

  @Nullable String tenant() {
    return tenant;
  }

  @Nullable Priority priority() {
    return priority;
  }

  @Nullable Cached cached() {
    return cached;
  }
}
