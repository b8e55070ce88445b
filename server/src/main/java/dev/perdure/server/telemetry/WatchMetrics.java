package dev.perdure.server.telemetry;

import dev.perdure.runtime.watch.Act;
import dev.perdure.runtime.watch.Resource;
import dev.perdure.runtime.watch.Watch;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;

/** What a node notices of itself, read when somebody scrapes. */
final class WatchMetrics implements MultiCollector {

  private static final double NS = 1e9;

  private final NodeView node;

  WatchMetrics(NodeView node) {
    this.node = node;
  }

  @Override
  public MetricSnapshots collect() {
    Watch watch = node.watch();
    if (watch == null) {
      return new MetricSnapshots(List.of());
    }
    List<MetricSnapshot> all = new ArrayList<>();
    signs(watch, all);
    figures(watch, all);
    return new MetricSnapshots(all);
  }

  private static void signs(Watch watch, List<MetricSnapshot> all) {
    GaugeSnapshot.Builder stands = gauge("perdure_watch_stands", "1 while a sign stands.");
    GaugeSnapshot.Builder severity =
        gauge("perdure_watch_severity", "What a sign measured last, as a multiple of its bound.");
    CounterSnapshot.Builder raised =
        counter("perdure_watch_raised", "How often a sign was raised.");
    for (Watch.View view : watch.views()) {
      Labels labels = Labels.of("sign", view.sign().text());
      stands.dataPoint(point(labels, view.stands() ? 1 : 0));
      severity.dataPoint(point(labels, view.severity()));
      raised.dataPoint(count(labels, (double) view.raised()));
    }
    CounterSnapshot.Builder acts =
        counter("perdure_watch_acts", "How often a sign had something done.");
    for (Act act : Act.values()) {
      acts.dataPoint(count(Labels.of("act", act.text()), (double) watch.taken(act)));
    }
    all.add(acts.build());
    all.add(stands.build());
    all.add(severity.build());
    all.add(raised.build());
  }

  private static void figures(Watch watch, List<MetricSnapshot> all) {
    all.add(
        gauge("perdure_watch_force_seconds", "What forcing the slowest log to disk took lately.")
            .dataPoint(point(Labels.of("quantile", "0.5"), watch.forces().medianNs() / NS))
            .dataPoint(point(Labels.of("quantile", "0.99"), watch.forces().p99Ns() / NS))
            .build());
    all.add(
        counter("perdure_watch_stood_seconds", "How long the process stood still.")
            .dataPoint(count(Labels.EMPTY, watch.stoodSeconds()))
            .build());
    all.add(
        gauge("perdure_watch_clock_seconds", "How far the wall clock is ahead of most nodes'.")
            .dataPoint(point(Labels.EMPTY, watch.clockSeconds()))
            .build());
    GaugeSnapshot.Builder used =
        gauge("perdure_watch_used_ratio", "What is used of something of which there is so much.");
    for (Resource one : watch.resources()) {
      if (one.max() > 0) {
        used.dataPoint(point(Labels.of("resource", one.name()), (double) one.used() / one.max()));
      }
    }
    all.add(used.build());
  }

  private static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name(name).help(help);
  }

  private static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name(name).help(help);
  }

  private static GaugeDataPointSnapshot point(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static CounterDataPointSnapshot count(Labels labels, double value) {
    return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }
}
