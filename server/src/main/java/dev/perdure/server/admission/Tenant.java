package dev.perdure.server.admission;

import dev.perdure.guard.limit.Gcra;
import dev.perdure.guard.policy.Rate;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a tenant has under way, and what it may have. Forgotten only when that changes nothing. */
final class Tenant {

  private static final int FORGOTTEN = -1;

  private final String name;
  private final Quota quota;
  private final Gcra rate;
  private final Gcra.@Nullable Pace pace;
  private final String policy;

  /** Everything, or {@link #FORGOTTEN}. */
  private final AtomicInteger held = new AtomicInteger();

  private final UnderWay brief = new UnderWay();
  private final AtomicLong bytes = new AtomicLong();
  private final Lately.Mark mark = new Lately.Mark();

  Tenant(String name, Quota quota, long nowNs) {
    this.name = name;
    this.quota = quota;
    this.rate = new Gcra(nowNs);
    int burst = quota.burstOrSecond();
    this.pace = quota.rate() == 0 ? null : new Gcra.Pace(Rate.perSecond(quota.rate(), burst));
    // A window is the time in which the whole burst comes back.
    long window = quota.rate() == 0 ? 0 : Math.ceilDiv(burst, quota.rate());
    this.policy = "\"tenant\";q=" + burst + ";w=" + window;
  }

  String name() {
    return name;
  }

  Quota quota() {
    return quota;
  }

  /** Takes a place, whatever the limits; false if it was forgotten meanwhile. */
  boolean hold() {
    while (true) {
      int now = held.get();
      if (now == FORGOTTEN) {
        return false;
      }
      if (held.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void release() {
    held.getAndDecrement();
  }

  /** Everything under way. */
  int held() {
    return Math.max(0, held.get());
  }

  /** True if it is forgotten now: nothing is under way, and its whole burst is there. */
  boolean forget(long nowNs) {
    return rate.restNs(nowNs) == 0 && held.compareAndSet(0, FORGOTTEN);
  }

  UnderWay brief() {
    return brief;
  }

  /** Takes room for a body; false if there is none. */
  boolean reserve(long size) {
    if (bytes.addAndGet(size) <= quota.bytes() || quota.bytes() == 0) {
      return true;
    }
    bytes.addAndGet(-size);
    return false;
  }

  void giveBack(long size) {
    bytes.addAndGet(-size);
  }

  boolean mayBegin(int cost, long nowNs) {
    return pace == null || rate.tryTake(pace, cost, nowNs);
  }

  /** How long until it may begin again. */
  long waitNs(long nowNs) {
    return pace == null ? 0 : rate.waitNs(pace, nowNs);
  }

  /** When it asked last. */
  Lately.Mark mark() {
    return mark;
  }

  /** {@code RateLimit-Policy}; null if it has no rate. */
  @Nullable String policy() {
    return pace == null ? null : policy;
  }

  /** {@code RateLimit}; null if it has no rate. */
  @Nullable String standing(long nowNs) {
    if (pace == null) {
      return null;
    }
    long seconds = Math.ceilDiv(rate.restNs(nowNs), 1_000_000_000L);
    return "\"tenant\";r=" + rate.remaining(pace, nowNs) + ";t=" + seconds;
  }
}
