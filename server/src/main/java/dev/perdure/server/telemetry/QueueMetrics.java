package dev.perdure.server.telemetry;

import dev.perdure.runtime.QueueFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** The figures of the queues in the shards that are led here, read when somebody scrapes. */
final class QueueMetrics implements MultiCollector {

  private final NodeView node;

  QueueMetrics(NodeView node) {
    this.node = node;
  }

  @Override
  public MetricSnapshots collect() {
    List<QueueFigures> figures = node.queues();
    List<MetricSnapshot> all = new ArrayList<>();
    if (figures.isEmpty()) {
      return new MetricSnapshots(all);
    }
    all.add(messages(figures));
    all.add(oldest(figures));
    all.add(counter(figures, "perdure_queue_leased", "Leases.", one -> one.total().leased()));
    all.add(
        counter(
            figures,
            "perdure_queue_acked",
            "Messages that were done.",
            one -> one.total().acked()));
    all.add(
        counter(
            figures,
            "perdure_queue_returned",
            "Leases that ended without an ack, so that the message comes again.",
            one -> one.total().returned()));
    all.add(
        counter(
            figures,
            "perdure_queue_died",
            "Messages that became dead letters.",
            one -> one.total().died()));
    return new MetricSnapshots(all);
  }

  private static MetricSnapshot messages(List<QueueFigures> figures) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("perdure_queue_messages")
            .help("Unfinished messages by state: ready, delayed, leased, dead or replying.");
    for (QueueFigures one : figures) {
      point(gauge, one, "ready", one.now().ready());
      point(gauge, one, "delayed", one.now().delayed());
      point(gauge, one, "leased", one.now().leased());
      point(gauge, one, "dead", one.now().dead());
      point(gauge, one, "replying", one.now().replying());
    }
    return gauge.build();
  }

  private static void point(
      GaugeSnapshot.Builder gauge, QueueFigures one, String state, long value) {
    gauge.dataPoint(
        GaugeSnapshot.GaugeDataPointSnapshot.builder()
            .labels(
                Labels.of(
                    "queue",
                    one.of().queue(),
                    "shard",
                    Integer.toString(one.of().shard()),
                    "state",
                    state))
            .value((double) value)
            .build());
  }

  private static Labels labels(QueueFigures one) {
    return Labels.of("queue", one.of().queue(), "shard", Integer.toString(one.of().shard()));
  }

  private static MetricSnapshot oldest(List<QueueFigures> figures) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("perdure_queue_oldest_ready_seconds")
            .help("How long the message that has been ready for longest has been so.");
    for (QueueFigures one : figures) {
      gauge.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(labels(one))
              .value(one.now().oldestMicros() / 1e6)
              .build());
    }
    return gauge.build();
  }

  private static MetricSnapshot counter(
      List<QueueFigures> figures, String name, String help, ToLongFunction<QueueFigures> value) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    for (QueueFigures one : figures) {
      counter.dataPoint(
          CounterSnapshot.CounterDataPointSnapshot.builder()
              .labels(labels(one))
              .value((double) value.applyAsLong(one))
              .build());
    }
    return counter.build();
  }
}
