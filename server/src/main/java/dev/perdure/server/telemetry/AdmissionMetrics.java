package dev.perdure.server.telemetry;

import dev.perdure.server.admission.GateFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What the gate let in and what not, read when somebody scrapes. */
final class AdmissionMetrics implements MultiCollector {

  private static final double NS = 1e-9;

  private final Supplier<GateFigures> gate;

  AdmissionMetrics(Supplier<GateFigures> gate) {
    this.gate = gate;
  }

  @Override
  public MetricSnapshots collect() {
    GateFigures figures = gate.get();
    return new MetricSnapshots(
        List.of(
            counts(
                "perdure_admission_admitted",
                "Requests that were let in, by class of priority.",
                "class",
                figures.admitted()),
            counts(
                "perdure_admission_refused",
                "Requests that were not let in, and lines of batches, by reason.",
                "reason",
                figures.refused()),
            gauge("perdure_admission_limit", "Requests under way at most.", figures.limit()),
            gauge("perdure_admission_under_way", "Requests under way.", figures.underWay()),
            shards(figures.inShards()),
            gauge(
                "perdure_admission_crowded",
                "1 while far more ask than can be served, and a part of the target holds.",
                figures.crowded() ? 1 : 0),
            gauge(
                "perdure_admission_held",
                "Refusals that are held back for a moment.",
                figures.held()),
            gauge("perdure_admission_tenants", "Tenants that are known.", figures.tenants()),
            gauge(
                "perdure_admission_typical_seconds",
                "What half of the commands of the last moment did not exceed.",
                figures.typicalNs() * NS),
            spots(
                "perdure_hot_tenant_ratio",
                "Tenants that ask most, at most five, with their share of all requests.",
                "tenant",
                figures.hotTenants()),
            spots(
                "perdure_hot_entity_ratio",
                "Entities that are asked for most, at most five, with their share.",
                "entity",
                figures.hotEntities())));
  }

  private static MetricSnapshot shards(Map<String, Integer> underWay) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("perdure_admission_shard_under_way")
            .help("Requests under way, by shard; none for what is in no single one.");
    underWay.forEach(
        (shard, count) ->
            gauge.dataPoint(
                GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("shard", shard))
                    .value(count)
                    .build()));
    return gauge.build();
  }

  private static MetricSnapshot counts(
      String name, String help, String label, Map<String, Long> counts) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    counts.forEach(
        (of, count) ->
            counter.dataPoint(
                CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(Labels.of(label, of))
                    .value((double) count)
                    .build()));
    return counter.build();
  }

  private static MetricSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static MetricSnapshot spots(
      String name, String help, String label, List<GateFigures.Spot> spots) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (GateFigures.Spot spot : spots) {
      gauge.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(Labels.of(label, spot.name()))
              .value(spot.share())
              .build());
    }
    return gauge.build();
  }
}
