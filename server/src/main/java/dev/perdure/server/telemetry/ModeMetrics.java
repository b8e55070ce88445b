package dev.perdure.server.telemetry;

import dev.perdure.guard.breaker.Generation;
import dev.perdure.guard.policy.Reason;
import dev.perdure.runtime.mode.Capabilities;
import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.runtime.mode.Outside;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The node's mode, its capabilities and its dependencies, read when somebody scrapes. */
final class ModeMetrics implements MultiCollector {

  private final NodeView node;

  ModeMetrics(NodeView node) {
    this.node = node;
  }

  @Override
  public MetricSnapshots collect() {
    Modes modes = node.modes();
    if (modes == null) {
      return new MetricSnapshots(List.of());
    }
    List<MetricSnapshot> all = new ArrayList<>();
    GaugeSnapshot.Builder mode =
        GaugeSnapshot.builder().name("perdure_mode").help("1 for the mode that the node is in.");
    for (Mode one : Mode.values()) {
      mode.dataPoint(point(Labels.of("mode", one.text()), modes.state().mode() == one ? 1 : 0));
    }
    all.add(mode.build());
    capabilities(modes.capabilities().all(), all);
    dependencies(modes.outside().views(), all);
    return new MetricSnapshots(all);
  }

  private static void capabilities(List<Capabilities.View> views, List<MetricSnapshot> all) {
    if (views.isEmpty()) {
      return;
    }
    GaugeSnapshot.Builder degraded =
        GaugeSnapshot.builder()
            .name("perdure_capability_degraded")
            .help("1 while the degraded form of a capability is in force.");
    GaugeSnapshot.Builder waiting =
        GaugeSnapshot.builder()
            .name("perdure_capability_waiting")
            .help("What a capability is to do later, as far as this node has heard of it.");
    for (Capabilities.View view : views) {
      Labels labels = Labels.of("capability", view.capability().name());
      degraded.dataPoint(point(labels, view.degraded() ? 1 : 0));
      waiting.dataPoint(point(labels, view.waiting()));
    }
    all.add(degraded.build());
    all.add(waiting.build());
  }

  private static void dependencies(List<Outside.View> views, List<MetricSnapshot> all) {
    if (views.isEmpty()) {
      return;
    }
    CounterSnapshot.Builder calls = counter("perdure_dependency_calls", "Calls that were sent.");
    CounterSnapshot.Builder failed = counter("perdure_dependency_failed", "Calls that failed.");
    CounterSnapshot.Builder refused =
        counter("perdure_dependency_refused", "Calls that the guard did not send.");
    CounterSnapshot.Builder timedOut =
        counter("perdure_dependency_timed_out", "Calls without an answer in time.");
    CounterSnapshot.Builder overran =
        counter("perdure_dependency_overran", "Calls that went on long after their interrupt.");
    GaugeSnapshot.Builder underWay =
        gauge("perdure_dependency_under_way", "Calls that are under way.");
    GaugeSnapshot.Builder limit =
        gauge("perdure_dependency_limit", "How many calls may be under way now.");
    GaugeSnapshot.Builder breaker =
        gauge("perdure_dependency_breaker", "1 for the state that the breaker is in.");
    for (Outside.View view : views) {
      Labels labels = Labels.of("dependency", view.name());
      calls.dataPoint(count(labels, view.counts().calls()));
      failed.dataPoint(count(labels, view.counts().failed()));
      timedOut.dataPoint(count(labels, view.counts().timedOut()));
      overran.dataPoint(count(labels, view.counts().overran()));
      for (Reason reason : Reason.values()) {
        long times = view.counts().refused().getOrDefault(reason, 0L);
        refused.dataPoint(count(labels.add("reason", word(reason)), times));
      }
      underWay.dataPoint(point(labels, view.underWay()));
      limit.dataPoint(point(labels, view.limit()));
      for (Generation.State state : Generation.State.values()) {
        breaker.dataPoint(point(labels.add("state", word(state)), view.breaker() == state ? 1 : 0));
      }
    }
    all.addAll(List.of(calls.build(), failed.build(), refused.build()));
    all.addAll(List.of(timedOut.build(), overran.build()));
    all.addAll(List.of(underWay.build(), limit.build(), breaker.build()));
  }

  private static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT).replace('_', '-');
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

  private static CounterSnapshot.CounterDataPointSnapshot count(Labels labels, long value) {
    return CounterSnapshot.CounterDataPointSnapshot.builder()
        .labels(labels)
        .value((double) value)
        .build();
  }
}
