package dev.perdure.server.telemetry;

import dev.perdure.runtime.SubscriptionFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The figures of the subscriptions that run here, read when somebody scrapes. */
final class SubscriptionMetrics implements MultiCollector {

  private final NodeView node;

  SubscriptionMetrics(NodeView node) {
    this.node = node;
  }

  @Override
  public MetricSnapshots collect() {
    List<SubscriptionFigures> figures = node.subscriptions();
    List<MetricSnapshot> all = new ArrayList<>();
    if (figures.isEmpty()) {
      return new MetricSnapshots(all);
    }
    all.add(
        gauge(
            figures,
            "perdure_subscription_lag",
            "Offsets of the shard that it has not come to yet.",
            SubscriptionFigures::lag));
    all.add(
        gauge(
            figures,
            "perdure_subscription_lag_seconds",
            "Age of the first entry that it has not come to yet.",
            one -> one.lagMicros() / 1e6));
    all.add(
        gauge(
            figures,
            "perdure_subscription_dead_letters",
            "Events that were given up and wait for a person.",
            SubscriptionFigures::dead));
    all.add(
        gauge(
            figures,
            "perdure_subscription_paused",
            "1 if a person paused it.",
            one -> one.paused() ? 1 : 0));
    all.add(
        counter(
            figures,
            "perdure_subscription_events",
            "Events that were handled.",
            SubscriptionFigures::delivered));
    all.add(
        counter(
            figures,
            "perdure_subscription_failures",
            "Attempts that failed.",
            SubscriptionFigures::failures));
    return new MetricSnapshots(all);
  }

  private static Labels labels(SubscriptionFigures one) {
    return Labels.of(
        "shard", Integer.toString(one.of().shard()), "subscription", one.of().subscription());
  }

  private static MetricSnapshot gauge(
      List<SubscriptionFigures> figures,
      String name,
      String help,
      ToDoubleFunction<SubscriptionFigures> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (SubscriptionFigures one : figures) {
      gauge.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(labels(one))
              .value(value.applyAsDouble(one))
              .build());
    }
    return gauge.build();
  }

  private static MetricSnapshot counter(
      List<SubscriptionFigures> figures,
      String name,
      String help,
      ToDoubleFunction<SubscriptionFigures> value) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    for (SubscriptionFigures one : figures) {
      counter.dataPoint(
          CounterSnapshot.CounterDataPointSnapshot.builder()
              .labels(labels(one))
              .value(value.applyAsDouble(one))
              .build());
    }
    return counter.build();
  }
}
