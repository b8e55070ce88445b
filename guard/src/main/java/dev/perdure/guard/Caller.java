package dev.perdure.guard;

import dev.perdure.guard.policy.Priority;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a thread works: until when, how important, for which tenant. Calls inherit it.
 * Set for a piece of code with {@link #call}; it belongs to the thread and does not follow to
 * others.
 */
public final class Caller {
  private static final ThreadLocal<Caller> CURRENT = new ThreadLocal<>();
  private static final Caller NONE = new Caller(null, null, null);

  private final @Nullable Long deadlineNs;
  private final @Nullable Priority priority;
  private final @Nullable String tenant;

  private Caller(@Nullable Long deadlineNs, @Nullable Priority priority, @Nullable String tenant) {
    this.deadlineNs = deadlineNs;
    this.priority = priority;
    this.tenant = tenant;
  }

  /** Nothing is known. */
  public static Caller none() {
    return NONE;
  }

  /** The one that this thread works for; {@link #none()} if nobody said. */
  public static Caller current() {
    Caller current = CURRENT.get();
    return current == null ? NONE : current;
  }

  /** The same with a deadline from now, unless there is a nearer one. */
  public Caller within(Duration left, Time time) {
    long other = time.nowNs() + left.toNanos();
    boolean nearer = deadlineNs == null || other - deadlineNs < 0;
    return nearer ? new Caller(other, priority, tenant) : this;
  }

  /** The same with a priority. */
  public Caller priority(Priority other) {
    return new Caller(deadlineNs, other, tenant);
  }

  /** The same with a tenant. */
  public Caller tenant(String other) {
    return new Caller(deadlineNs, priority, other);
  }

  /** Its priority, if one is known. */
  public @Nullable Priority priority() {
    return priority;
  }

  /** Its tenant, if one is known. */
  public @Nullable String tenant() {
    return tenant;
  }

  /** How much time is left, nothing or less when it is over; null without a deadline. */
  public @Nullable Duration left(Time time) {
    return deadlineNs == null ? null : Duration.ofNanos(deadlineNs - time.nowNs());
  }

  /** Is the deadline over? Then work that was not begun should not be. */
  public boolean expired(Time time) {
    return deadlineNs != null && deadlineNs - time.nowNs() <= 0;
  }

  /** The nearer of two deadlines, one of them this caller's. */
  long nearer(long otherNs) {
    return deadlineNs != null && deadlineNs - otherNs < 0 ? deadlineNs : otherNs;
  }

  /** Runs a piece of code on this caller's behalf, on this thread. */
  public <T extends @Nullable Object> T call(Callable<T> code) throws Exception {
    Caller before = CURRENT.get();
    CURRENT.set(this);
    try {
      return code.call();
    } finally {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }
}
