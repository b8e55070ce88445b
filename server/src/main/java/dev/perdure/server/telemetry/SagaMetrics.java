package dev.perdure.server.telemetry;

import dev.perdure.runtime.SagaFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;

/** The figures of the sagas that are driven here, read when somebody scrapes. */
final class SagaMetrics implements MultiCollector {

  private final NodeView node;

  SagaMetrics(NodeView node) {
    this.node = node;
  }

  @Override
  public MetricSnapshots collect() {
    SagaFigures figures = node.sagas();
    List<MetricSnapshot> all = new ArrayList<>();
    if (figures == null) {
      return new MetricSnapshots(all);
    }
    all.add(gauge("perdure_sagas_driven", "Sagas that run here now.", figures.driven()));
    all.add(gauge("perdure_sagas_waiting", "Sagas that wait for room to run.", figures.waiting()));
    all.add(
        gauge(
            "perdure_sagas_stalled",
            "Sagas that run and of which nothing was recorded for five minutes.",
            figures.stalled()));
    all.add(
        CounterSnapshot.builder()
            .name("perdure_sagas_begun")
            .help("Sagas that began here.")
            .dataPoint(point(Labels.EMPTY, (double) figures.begun()))
            .build());
    all.add(
        CounterSnapshot.builder()
            .name("perdure_sagas_left")
            .help("How sagas that were driven here were left.")
            .dataPoint(point(Labels.of("outcome", "completed"), (double) figures.completed()))
            .dataPoint(point(Labels.of("outcome", "compensated"), (double) figures.compensated()))
            .dataPoint(point(Labels.of("outcome", "parked"), (double) figures.parked()))
            .build());
    return new MetricSnapshots(all);
  }

  private static MetricSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static CounterSnapshot.CounterDataPointSnapshot point(Labels labels, double value) {
    return CounterSnapshot.CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }
}
