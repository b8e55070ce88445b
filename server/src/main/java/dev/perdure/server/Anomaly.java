package dev.perdure.server;

import dev.perdure.runtime.node.Node;
import dev.perdure.server.admission.Gate;
import dev.perdure.server.anomaly.Action;
import dev.perdure.server.anomaly.Anomalies;
import dev.perdure.server.anomaly.Diagnostics;
import dev.perdure.server.anomaly.Latencies;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.config.WatchKeys;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What looks for anomalies on a node, put together as it is configured. */
final class Anomaly {

  private static final String FOLDER = "diagnostics";

  private Anomaly() {}

  /** Begins to look; null if that is not wanted. */
  static @Nullable Anomalies start(ServerConfig config, Node node, Gate gate, Latencies latencies) {
    if (!config.get(WatchKeys.ANOMALY)) {
      return null;
    }
    Anomalies anomalies =
        new Anomalies(
            settings(config),
            node.clock(),
            new Diagnostics(node.data().path().resolve(FOLDER), node.clock()::wallMicros));
    node.modes().ails(anomalies::brownout);
    anomalies.start(new NodeFigures(node, gate, latencies));
    return anomalies;
  }

  private static Anomalies.Settings settings(ServerConfig config) {
    Set<Action> actions =
        switch (config.get(WatchKeys.ANOMALY_ACTIONS)) {
          case NONE -> Set.of();
          case DIAGNOSTICS -> Set.of(Action.DIAGNOSTICS);
          case BROWNOUT -> Set.of(Action.BROWNOUT);
          case BOTH -> Set.of(Action.DIAGNOSTICS, Action.BROWNOUT);
        };
    return new Anomalies.Settings(
        actions, config.get(WatchKeys.ANOMALY_INTERVAL), config.get(WatchKeys.ANOMALY_ACT_MAX));
  }
}
