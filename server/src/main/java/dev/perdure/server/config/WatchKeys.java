package dev.perdure.server.config;

import dev.perdure.runtime.watch.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The keys of what a node notices of itself; the rest of {@link Keys}. */
public final class WatchKeys {

  private static final List<ConfigKey<?>> ALL = new ArrayList<>();
  private static final Duration MS = Duration.ofMillis(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Bounds BOUNDS = Bounds.defaults();

  public static final ConfigKey<Boolean> ACT =
      key(
          "watch.act",
          Kind.SWITCH,
          BOUNDS.acts(),
          "Whether signs that stand change the mode and who leads; without it they are only said.");
  public static final ConfigKey<Duration> FORCE_MAX =
      key(
          "watch.force-max",
          Kind.time(MS, HOUR),
          BOUNDS.force(),
          "Median time to force a log to disk; one force in a hundred may take four times as"
              + " long.");
  public static final ConfigKey<Duration> PAUSES_MAX =
      key(
          "watch.pauses-max",
          Kind.time(MS, Duration.ofSeconds(10)),
          BOUNDS.pauses(),
          "Pauses of the process within ten seconds, added up.");
  public static final ConfigKey<Duration> QUEUE_MAX =
      key(
          "watch.queue-max",
          Kind.time(MS, HOUR),
          BOUNDS.queue(),
          "How long what waits in a shard may have to wait.");
  public static final ConfigKey<Duration> LEAK_HORIZON =
      key(
          "watch.leak-horizon",
          Kind.time(Duration.ofMinutes(1), Duration.ofDays(30)),
          BOUNDS.leak(),
          "What grows so that it reaches its limit sooner than this is a leak.");
  public static final ConfigKey<Integer> THREADS_MAX =
      key(
          "watch.threads-max",
          Kind.whole(100, 1_000_000),
          BOUNDS.threads(),
          "Threads of the platform that the process may have.");

  /** What is done while figures are unusual. */
  public enum AnomalyActions {
    NONE,
    DIAGNOSTICS,
    BROWNOUT,
    BOTH
  }

  public static final ConfigKey<Boolean> ANOMALY =
      key(
          "anomaly.enabled",
          Kind.SWITCH,
          true,
          "Whether the node says when its figures are unlike what they usually are together.");
  public static final ConfigKey<AnomalyActions> ANOMALY_ACTIONS =
      key(
          "anomaly.actions",
          Kind.choice(AnomalyActions.class),
          AnomalyActions.NONE,
          "What it does then: nothing but say it, write to a file what its threads do, be in"
              + " brownout, or both.");
  public static final ConfigKey<Duration> ANOMALY_INTERVAL =
      key(
          "anomaly.interval",
          Kind.time(Duration.ofSeconds(1), HOUR),
          Duration.ofSeconds(10),
          "Between two samples of the figures; 90 of them are needed before anything is said.");
  public static final ConfigKey<Duration> ANOMALY_ACT_MAX =
      key(
          "anomaly.act-max",
          Kind.time(Duration.ofSeconds(1), Duration.ofDays(1)),
          Duration.ofMinutes(10),
          "Longest brownout for one anomaly.");

  private WatchKeys() {}

  static List<ConfigKey<?>> all() {
    return List.copyOf(ALL);
  }

  private static <T> ConfigKey<T> key(String name, Kind<T> kind, T otherwise, String sentence) {
    ConfigKey<T> key = ConfigKey.of(name, kind, otherwise, sentence);
    ALL.add(key);
    return key;
  }
}
