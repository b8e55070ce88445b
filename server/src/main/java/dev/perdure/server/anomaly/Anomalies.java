package dev.perdure.server.anomaly;

import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a node's figures are unusual for a while, and what is done for it. An anomaly begins when
 * two of three samples were unusual, and is gone after six in a row that were not. Nothing is done
 * but what the settings name; it ends with the anomaly, or after the longest time for one. Any
 * thread reads.
 */
public final class Anomalies implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Anomalies.class);

  /** The same cuts on every node and every start: verdicts can be compared. */
  private static final long SEED = 7_400;

  private static final int RECENT = 3;
  private static final int UNUSUAL = 2;
  private static final int QUIET = 6;

  private final Settings settings;
  private final Clock clock;
  private final Detector detector = new Detector(SEED);
  private final Consumer<String> diagnostics;
  private final Map<Action, Long> taken = new EnumMap<>(Action.class);
  private int recent;
  private int quiet;
  private volatile View view = new View(false, Verdict.TOO_EARLY, "", 0, 0, 0);
  private volatile Set<Action> acting = Set.of();
  private volatile long actingUntilNs;
  private volatile @Nullable Thread looker;
  private volatile boolean closed;

  /**
   * What holds for anomalies.
   *
   * @param actions what may be done; empty to say only
   * @param interval between two samples
   * @param actMax longest time that one anomaly may have something done
   */
  public record Settings(Set<Action> actions, Duration interval, Duration actMax) {
    public Settings {
      actions = Set.copyOf(actions);
    }
  }

  /**
   * How figures stand.
   *
   * @param stands true during an anomaly
   * @param last of the last sample
   * @param evidence of the sample that began the last anomaly; empty if there was none
   * @param sinceMicros when it began, or was gone; 0 if there was none
   * @param raised how many there were
   * @param samples how many were taken
   */
  public record View(
      boolean stands, Verdict last, String evidence, long sinceMicros, long raised, long samples) {}

  /**
   * Not started.
   *
   * @param diagnostics writes what can be known now beside the evidence
   */
  public Anomalies(Settings settings, Clock clock, Consumer<String> diagnostics) {
    this.settings = settings;
    this.clock = clock;
    this.diagnostics = diagnostics;
  }

  /** Begins to take samples, each of all figures. */
  public void start(Supplier<Map<Figure, Double>> figures) {
    looker = Thread.ofPlatform().daemon().name("node-anomalies").start(() -> run(figures));
  }

  private void run(Supplier<Map<Figure, Double>> figures) {
    while (!closed) {
      clock.parkNanos(settings.interval.toNanos());
      try {
        if (!closed) {
          look(figures.get());
        }
      } catch (Throwable e) {
        LOG.error("the node's figures could not be looked at once; it goes on", e);
      }
    }
  }

  /** How figures stand. */
  public View view() {
    return view;
  }

  /** What is being done. */
  public List<Action> acting() {
    return List.copyOf(now());
  }

  /** How often something was done. */
  public long taken(Action action) {
    synchronized (taken) {
      return taken.getOrDefault(action, 0L);
    }
  }

  /** Why the node should be in brownout; empty if it should not. */
  public String brownout() {
    return now().contains(Action.BROWNOUT) ? view.evidence : "";
  }

  /** What is being done: it ends in time, also when no sample is taken any more. */
  private Set<Action> now() {
    Set<Action> all = acting;
    return all.isEmpty() || clock.monotonicNs() - actingUntilNs >= 0 ? Set.of() : all;
  }

  /** Takes a sample. */
  void look(Map<Figure, Double> figures) {
    Verdict verdict = detector.look(figures);
    recent = (recent << 1 | (verdict.unusual() ? 1 : 0)) & (1 << RECENT) - 1;
    quiet = verdict.unusual() ? 0 : quiet + 1;
    View before = view;
    long samples = before.samples + 1;
    if (!before.stands && Integer.bitCount(recent) >= UNUSUAL && verdict.unusual()) {
      String evidence = verdict.evidence();
      view = new View(true, verdict, evidence, clock.wallMicros(), before.raised + 1, samples);
      begin(evidence);
    } else if (before.stands && quiet >= QUIET) {
      view = new View(false, verdict, before.evidence, clock.wallMicros(), before.raised, samples);
      end("the figures are as usual again");
    } else {
      view =
          new View(
              before.stands, verdict, before.evidence, before.sinceMicros, before.raised, samples);
      if (!acting.isEmpty() && clock.monotonicNs() - actingUntilNs >= 0) {
        end("it took as long as is allowed");
      }
    }
  }

  private void begin(String evidence) {
    LOG.warn(
        "{}; {}",
        evidence,
        settings.actions.isEmpty() ? "it is only said" : "until it is gone: " + settings.actions);
    actingUntilNs = clock.monotonicNs() + settings.actMax.toNanos();
    EnumSet<Action> now = EnumSet.noneOf(Action.class);
    for (Action action : settings.actions) {
      synchronized (taken) {
        taken.merge(action, 1L, Long::sum);
      }
      switch (action) {
        case BROWNOUT -> now.add(action);
        case DIAGNOSTICS -> diagnostics.accept(evidence);
      }
    }
    acting = Set.copyOf(now);
  }

  private void end(String why) {
    LOG.warn("anomaly: {}{}", why, acting.isEmpty() ? "" : "; undone: " + acting);
    acting = Set.of();
  }

  @Override
  public void close() {
    closed = true;
    Thread thread = looker;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }
}
