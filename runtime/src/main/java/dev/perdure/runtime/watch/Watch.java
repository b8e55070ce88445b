package dev.perdure.runtime.watch;

import dev.perdure.journal.ForceFigures;
import dev.perdure.kernel.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which signs stand on a node, and what is done for it. One thread looks; any reads, and may change
 * the bounds.
 */
public final class Watch {

  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final double MS = 1e6;
  private static final double SECOND_NS = 1e9;

  private final Clock clock;
  private final Seen seen;
  private final Stalls stalls = new Stalls();
  private final Growth growth = new Growth();
  private final Map<Sign, Steady> steady = new EnumMap<>(Sign.class);
  private final Map<Sign, AtomicLong> raised = new EnumMap<>(Sign.class);
  private final Map<Act, AtomicLong> taken = new EnumMap<>(Act.class);
  private final Map<Integer, Turn> turns = new HashMap<>();
  private final Collected collected = new Collected();
  private volatile Map<Sign, View> views = new EnumMap<>(Sign.class);
  private volatile Bounds bounds = Bounds.defaults();

  /**
   * A sign.
   *
   * @param stands true if it does
   * @param severity what was measured last, as a multiple of the bound
   * @param evidence what decided that it stands; if it does not, what was measured last
   * @param sinceMicros when it was raised or taken back; 0 if it never was
   * @param raised how often it was raised since the start
   */
  public record View(
      Sign sign, boolean stands, double severity, String evidence, long sinceMicros, long raised) {}

  /** A loop's turns, and since when there were no more. */
  private record Turn(long count, long sinceNs) {}

  public Watch(Clock clock, Seen seen) {
    this.clock = clock;
    this.seen = seen;
    Map<Sign, View> none = new EnumMap<>(Sign.class);
    for (Sign sign : Sign.values()) {
      steady.put(sign, new Steady(sign.stands(), sign.gone()));
      raised.put(sign, new AtomicLong());
      none.put(sign, new View(sign, false, 0, "", 0, 0));
    }
    views = none;
    for (Act act : Act.values()) {
      taken.put(act, new AtomicLong());
    }
  }

  /** From now on these hold. */
  public void bounds(Bounds other) {
    bounds = other;
  }

  /** These hold. */
  public Bounds bounds() {
    return bounds;
  }

  /** The thread that looks wanted to wake at a time, and woke now. */
  public void woke(long dueNs, long nowNs) {
    stalls.woke(dueNs, nowNs);
  }

  /** How long the process stood still since the start. */
  public double stoodSeconds() {
    return stalls.totalNs() / SECOND_NS;
  }

  /** How far the wall clock is from most nodes'. */
  public double clockSeconds() {
    return seen.clock().micros() / 1e6;
  }

  /** What forcing the slowest log took lately. */
  public ForceFigures forces() {
    return seen.forces();
  }

  /** What is used of the process. */
  public List<Resource> resources() {
    return seen.resources(bounds.threads());
  }

  /** Every sign. */
  public List<View> views() {
    return List.copyOf(views.values());
  }

  /** How often a sign had something done since the start. */
  public long taken(Act act) {
    return Objects.requireNonNull(taken.get(act)).get();
  }

  /** Why something is done; empty if it is not. */
  public String why(Act act) {
    if (!bounds.acts()) {
      return "";
    }
    for (View view : views.values()) {
      if (view.stands && view.sign.acts().contains(act)) {
        return view.sign.text() + ": " + view.evidence;
      }
    }
    return "";
  }

  /** Looks at everything once. A sign whose figures cannot be read stays as it is. */
  public void look() {
    long nowNs = clock.monotonicNs();
    Bounds by = bounds;
    Map<Sign, View> all = new EnumMap<>(views);
    for (Sign sign : Sign.values()) {
      try {
        Reading now = reading(sign, by, nowNs);
        all.put(sign, seen(Objects.requireNonNull(all.get(sign)), now, nowNs));
      } catch (Throwable e) {
        LOG.error("sign {} could not be looked at once, and stays as it is", sign.text(), e);
      }
    }
    views = all;
  }

  private Reading reading(Sign sign, Bounds by, long nowNs) {
    return switch (sign) {
      case DISK -> disk(seen.forces(), by);
      case PAUSES -> pauses(nowNs, by);
      case LOOP -> loops(nowNs, by);
      case QUEUE -> queue(by);
      case CLOCK -> clock(seen.clock(), by);
      case PEER -> peer(seen.silence());
      case LEAK -> leak(seen.resources(by.threads()), nowNs, by);
      case EXHAUSTION -> Growth.exhaustion(seen.resources(by.threads()));
    };
  }

  private Reading leak(List<Resource> resources, long nowNs, Bounds by) {
    growth.look(resources, nowNs);
    return growth.leak(resources, by.leak().toNanos());
  }

  private View seen(View before, Reading now, long nowNs) {
    Sign sign = before.sign;
    Steady state = Objects.requireNonNull(steady.get(sign));
    AtomicLong count = Objects.requireNonNull(raised.get(sign));
    if (!state.seen(now.severity(), nowNs)) {
      String evidence = state.stands() ? before.evidence : now.evidence();
      return new View(
          sign, state.stands(), now.severity(), evidence, before.sinceMicros, before.raised);
    }
    if (state.stands()) {
      LOG.warn("sign {} stands: {}; {}", sign.text(), now.evidence(), done(sign));
      count.incrementAndGet();
      if (bounds.acts()) {
        sign.acts().forEach(act -> Objects.requireNonNull(taken.get(act)).incrementAndGet());
      }
    } else {
      LOG.warn("sign {} is gone; what was done for it is undone", sign.text());
    }
    return new View(
        sign, state.stands(), now.severity(), now.evidence(), clock.wallMicros(), count.get());
  }

  private String done(Sign sign) {
    if (sign.acts().isEmpty() || !bounds.acts()) {
      return "it is only said";
    }
    return "until it is gone: " + String.join(", ", sign.acts().stream().map(Act::text).toList());
  }

  private static Reading disk(ForceFigures forces, Bounds by) {
    double bound = by.force().toNanos();
    return new Reading(
        forces.slownessNs() / bound,
        text(
            "forcing a log to disk takes %.0f ms, one in a hundred %.0f ms (of %d lately); the"
                + " bounds are %.0f ms and %.0f ms",
            forces.medianNs() / MS,
            forces.p99Ns() / MS,
            forces.count(),
            bound / MS,
            ForceFigures.OUTLIERS * bound / MS));
  }

  private Reading pauses(long nowNs, Bounds by) {
    long collectedMs = collected.lately(nowNs, seen.collectedMs());
    Stalls.Lately lately = stalls.lately(nowNs);
    return new Reading(
        (double) lately.stoodNs() / by.pauses().toNanos(),
        text(
            "the process stood still for %.1f of the last %d s, the longest time for %.1f s;"
                + " collecting garbage took about %.1f s; the bound is %.1f s",
            lately.stoodNs() / SECOND_NS,
            Stalls.SECONDS,
            lately.longestNs() / SECOND_NS,
            collectedMs / 1e3,
            by.pauses().toNanos() / SECOND_NS));
  }

  private Reading loops(long nowNs, Bounds by) {
    double bound = by.loop().toNanos();
    Map<Integer, Long> now = seen.turns();
    turns.keySet().retainAll(now.keySet());
    Reading worst = Reading.NOTHING;
    for (Map.Entry<Integer, Long> one : now.entrySet()) {
      Turn turn = turns.get(one.getKey());
      if (turn == null || turn.count != one.getValue() || turn.count == 0) {
        turns.put(one.getKey(), new Turn(one.getValue(), nowNs));
      } else {
        long stoodNs = nowNs - turn.sinceNs;
        worst =
            worst.or(
                new Reading(
                    stoodNs / bound,
                    text(
                        "the loop of shard %d has not turned for %.1f s; the bound is %.0f s",
                        one.getKey(), stoodNs / SECOND_NS, bound / SECOND_NS)));
      }
    }
    return worst;
  }

  private Reading queue(Bounds by) {
    long delayNs = seen.queueDelayNs();
    return new Reading(
        (double) delayNs / by.queue().toNanos(),
        text(
            "what waits in a shard has to wait for %.1f s; the bound is %.1f s",
            delayNs / SECOND_NS, by.queue().toNanos() / SECOND_NS));
  }

  private static Reading clock(ClockOffset offset, Bounds by) {
    return new Reading(
        Math.abs(offset.micros()) * 1e3 / by.clock().toNanos(),
        text(
            "the wall clock is %.1f s %s that of most nodes (%d others were heard); the bound is"
                + " %.1f s",
            Math.abs(offset.micros()) / 1e6,
            offset.micros() < 0 ? "behind" : "ahead of",
            offset.peers(),
            by.clock().toNanos() / SECOND_NS));
  }

  private static Reading peer(Silence silence) {
    return new Reading(
        (double) silence.ns() / Silence.BOUND_NS,
        text(
            "node %s has not answered for %.1f s, the bound is %.0f s; %d of %d other nodes are silent",
            silence.node(),
            silence.ns() / SECOND_NS,
            Silence.BOUND_NS / SECOND_NS,
            silence.silent(),
            silence.others()));
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
