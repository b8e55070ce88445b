package dev.perdure.server.telemetry;

import dev.perdure.runtime.ViewFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The figures of the views in the shards that this node holds, read when somebody scrapes. */
final class ViewMetrics implements MultiCollector {

  private final NodeView node;

  ViewMetrics(NodeView node) {
    this.node = node;
  }

  @Override
  public MetricSnapshots collect() {
    List<ViewFigures> figures = node.views();
    List<MetricSnapshot> all = new ArrayList<>();
    if (figures.isEmpty()) {
      return new MetricSnapshots(all);
    }
    all.add(
        gauge(
            figures,
            "perdure_view_lag",
            "Offsets of the shard that it has not come to yet.",
            ViewFigures::lag));
    all.add(
        gauge(
            figures,
            "perdure_view_lag_seconds",
            "Age of the first entry that it has not come to yet.",
            one -> one.lagMicros() / 1e6));
    all.add(gauge(figures, "perdure_view_rows", "Rows that it has.", ViewFigures::rows));
    all.add(
        gauge(
            figures,
            "perdure_view_failed_entities",
            "Entities without a row because its code fails for them.",
            ViewFigures::failed));
    all.add(
        gauge(
            figures,
            "perdure_view_rebuilding",
            "1 while its rows are made anew.",
            one -> one.rebuilding() ? 1 : 0));
    return new MetricSnapshots(all);
  }

  private static MetricSnapshot gauge(
      List<ViewFigures> figures, String name, String help, ToDoubleFunction<ViewFigures> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (ViewFigures one : figures) {
      gauge.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(
                  Labels.of("shard", Integer.toString(one.of().shard()), "view", one.of().view()))
              .value(value.applyAsDouble(one))
              .build());
    }
    return gauge.build();
  }
}
