package dev.perdure.guard;

import dev.perdure.guard.policy.Priority;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says of a call. Immutable; one without a key can be kept and used for all calls of
 * its kind.
 */
public final class Call {
  private static final Call ONCE = new Call(Sending.ONCE, null, null, null);
  private static final Call REPEATABLE = new Call(Sending.REPEATABLE, null, null, null);

  /**
   * May it be sent again, under which key does the other side know it, what is done with values
   * that nobody gets, and what stops it when an interrupt does not?
   */
  private record Sending(
      boolean idempotent,
      @Nullable String key,
      @Nullable Consumer<Object> discard,
      @Nullable Runnable stop) {
    static final Sending ONCE = new Sending(false, null, null, null);
    static final Sending REPEATABLE = new Sending(true, null, null, null);
  }

  /** How its value is kept. */
  record Cached(String key, long versionMin, @Nullable ToLongFunction<Object> versionOf) {}

  private final Sending sending;
  private final @Nullable String tenant;
  private final @Nullable Priority priority;
  private final @Nullable Cached cached;

  private Call(
      Sending sending,
      @Nullable String tenant,
      @Nullable Priority priority,
      @Nullable Cached cached) {
    this.sending = sending;
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
    return new Call(new Sending(true, key, null, null), null, null, null);
  }

  /** Reads something that may be kept under this name, for the tenant alone. */
  public static Call read(String cacheKey) {
    return REPEATABLE.cachedAs(cacheKey);
  }

  /** The same for a tenant; otherwise it is the caller's. */
  public Call tenant(String other) {
    return new Call(sending, other, priority, cached);
  }

  /** The same with a priority; otherwise it is the caller's, or normal. */
  public Call priority(Priority other) {
    return new Call(sending, tenant, other, cached);
  }

  /** The same, and its value may be kept under this name. */
  public Call cachedAs(String cacheKey) {
    return new Call(sending, tenant, priority, new Cached(cacheKey, 0, null));
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
    return new Call(sending, tenant, priority, new Cached(cached.key(), least, versionOf));
  }

  /**
   * The same, and this is done with each value that nobody gets: it came too late, another attempt
   * was quicker, or it was a failure and is tried again. For values that must be closed. It runs on
   * a virtual thread of its own; what it throws is ignored.
   */
  public Call discarding(Consumer<Object> discard) {
    Sending other = new Sending(sending.idempotent(), sending.key(), discard, sending.stop());
    return new Call(other, tenant, priority, cached);
  }

  /**
   * The same, and this is run when an attempt goes on after its time although it was interrupted,
   * for example to close the socket that it reads from. On a virtual thread of its own, a tenth of
   * a second after the interrupt, once for each attempt; what it throws is ignored. It does not
   * concern stages, which are cancelled, nor attempts on threads of their own, those of {@code
   * isolation: detached} and of calls that are hedged: they are interrupted, and the caller goes
   * on.
   */
  public Call stopping(Runnable stop) {
    Sending other = new Sending(sending.idempotent(), sending.key(), sending.discard(), stop);
    return new Call(other, tenant, priority, cached);
  }

  /** May it be sent again? */
  public boolean isIdempotent() {
    return sending.idempotent();
  }

  /** The key under which the other side recognises it, if there is one. */
  public @Nullable String key() {
    return sending.key();
  }

  @Nullable Consumer<Object> discard() {
    return sending.discard();
  }

  @Nullable Runnable stop() {
    return sending.stop();
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
