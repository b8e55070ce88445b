package dev.perdure.server.telemetry;

import dev.perdure.server.anomaly.Action;
import dev.perdure.server.anomaly.Anomalies;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/** Whether a node's figures are unusual, read when somebody scrapes. */
final class AnomalyMetrics implements MultiCollector {

  private final NodeView node;

  AnomalyMetrics(NodeView node) {
    this.node = node;
  }

  @Override
  public MetricSnapshots collect() {
    Anomalies anomalies = node.anomalies();
    if (anomalies == null) {
      return new MetricSnapshots(List.of());
    }
    Anomalies.View view = anomalies.view();
    CounterSnapshot.Builder actions =
        CounterSnapshot.builder()
            .name("perdure_anomaly_actions")
            .help("How often something was done because figures were unusual.");
    for (Action action : Action.values()) {
      actions.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(Labels.of("action", action.text()))
              .value((double) anomalies.taken(action))
              .build());
    }
    return new MetricSnapshots(
        gauge("perdure_anomaly_stands", "1 while figures are unusual.", view.stands() ? 1 : 0),
        gauge("perdure_anomaly_score", "Score of the last sample.", view.last().score()),
        gauge(
            "perdure_anomaly_threshold",
            "What a score must exceed; 0 until there were enough samples.",
            view.last().threshold()),
        CounterSnapshot.builder()
            .name("perdure_anomaly_raised")
            .help("How often figures became unusual.")
            .dataPoint(CounterDataPointSnapshot.builder().value((double) view.raised()).build())
            .build(),
        actions.build());
  }

  private static GaugeSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }
}
