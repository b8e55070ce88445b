package dev.perdure.guard;

import dev.perdure.guard.breaker.Generation;
import dev.perdure.guard.breaker.Tenant;
import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.watch.Watched;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call. Holds the permits that it was given too: a call that succeeds at once
 * makes this object and no other.
 */
public final class Attempt extends Watched {
  private final Dependency dependency;
  private final Call call;
  private final Priority priority;
  private final int number;

  /** The permits; set when the gate has let the attempt through. */
  @Nullable Tenant tenant;

  @Nullable Generation tenantGeneration;
  @Nullable Generation generation;

  Attempt(Dependency dependency, Call call, Priority priority, int number) {
    this.dependency = dependency;
    this.call = call;
    this.priority = priority;
    this.number = number;
  }

  Call call() {
    return call;
  }

  void endsAt(long ns) {
    deadlineNs(ns);
  }

  long endNs() {
    return deadlineNs();
  }

  /** Counts from 1. */
  public int number() {
    return number;
  }

  /** True if a breaker let it through to see whether the dependency is back. */
  public boolean isProbe() {
    return probes(tenantGeneration) || probes(generation);
  }

  private static boolean probes(@Nullable Generation entered) {
    return entered != null && entered.state() != Generation.State.CLOSED;
  }

  /** The key under which the other side recognises the call, if there is one. */
  public @Nullable String key() {
    return call.key();
  }

  /** How much the call matters. */
  public Priority priority() {
    return priority;
  }

  /**
   * The time until the attempt is given up; at least a millisecond, for clients that refuse less.
   */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(1_000_000, deadlineNs() - dependency.time().nowNs()));
  }

  /**
   * What the other side should know, as HTTP headers: how long somebody waits for the answer, how
   * much it matters, and the key.
   */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Perdure-Timeout", remaining().toMillis() + "ms");
    headers.put("Priority", "u=" + priority.urgency());
    String key = call.key();
    if (key != null) {
      headers.put("Idempotency-Key", key);
    }
    return headers;
  }

  @Override
  protected void overrun(Thread thread) {
    dependency.overran(thread, call.stop());
  }
}
