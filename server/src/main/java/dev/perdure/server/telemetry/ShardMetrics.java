package dev.perdure.server.telemetry;

import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.ShardFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** The figures of every shard, read when somebody scrapes. */
final class ShardMetrics implements MultiCollector {

  private final NodeView node;

  ShardMetrics(NodeView node) {
    this.node = node;
  }

  @Override
  public MetricSnapshots collect() {
    List<ShardFigures> figures = node.figures();
    NodeHealth health = node.health();
    List<MetricSnapshot> all = new ArrayList<>();
    all.add(commands(figures));
    journal(figures, all);
    memory(figures, all);
    wakes(figures, all);
    all.add(refused(figures));
    crowd(figures, all);
    all.add(ready(health));
    all.add(states(health));
    return new MetricSnapshots(all);
  }

  private static MetricSnapshot commands(List<ShardFigures> figures) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name("perdure_commands")
            .help("Commands by outcome: accepted, rejected, replayed or failed.");
    for (ShardFigures one : figures) {
      outcome(counter, one, "accepted", one.commandsAccepted());
      outcome(counter, one, "rejected", one.commandsRejected());
      outcome(counter, one, "replayed", one.commandsReplayed());
      outcome(counter, one, "failed", one.commandsFailed());
    }
    return counter.build();
  }

  private static void outcome(
      CounterSnapshot.Builder counter, ShardFigures shard, String outcome, long value) {
    counter.dataPoint(
        CounterSnapshot.CounterDataPointSnapshot.builder()
            .labels(Labels.of("shard", Integer.toString(shard.shard()), "outcome", outcome))
            .value((double) value)
            .build());
  }

  private static void journal(List<ShardFigures> figures, List<MetricSnapshot> all) {
    Of of = new Of(figures, all);
    of.counter(
        "perdure_journal_entries_proposed",
        "Journal entries this node appended.",
        ShardFigures::entriesProposed);
    of.counter("perdure_journal_entries_applied", "Entries applied.", ShardFigures::entriesApplied);
    of.counter(
        "perdure_journal_entries_ignored",
        "Entries that the fence turned away.",
        ShardFigures::entriesIgnored);
    of.counter(
        "perdure_journal_syncs", "How often the log was forced to disk.", f -> f.journal().syncs());
    of.gauge("perdure_journal_log_bytes", "Log files on disk.", f -> f.journal().logBytes());
    of.gauge("perdure_journal_term", "The current term.", f -> f.journal().term());
    of.gauge("perdure_journal_last_index", "Last index in the log.", f -> f.journal().lastIndex());
    of.gauge(
        "perdure_journal_committed_index",
        "Last index known committed.",
        f -> f.journal().committedIndex());
    of.gauge(
        "perdure_journal_applied_index", "Last index applied.", f -> f.journal().appliedIndex());
    of.gauge(
        "perdure_snapshot_index",
        "Log index of the newest durable snapshot, -1 if there is none.",
        ShardFigures::snapshotIndex);
    of.counter("perdure_snapshots", "Snapshots taken.", ShardFigures::snapshotsTaken);
  }

  private static void memory(List<ShardFigures> figures, List<MetricSnapshot> all) {
    Of of = new Of(figures, all);
    of.gauge("perdure_queue_length", "Commands waiting for the shard.", f -> f.queueLength());
    of.gauge("perdure_cache_entities", "Decoded states in memory.", f -> f.cachedEntities());
    of.gauge("perdure_cache_bytes", "Their estimated size.", ShardFigures::cacheBytes);
    of.counter(
        "perdure_entities_loaded", "States folded from the store.", ShardFigures::entitiesLoaded);
    of.gauge(
        "perdure_operations_bytes",
        "Recorded replies within the retention, all tenants.",
        ShardFigures::replyBytes);
    of.gauge("perdure_stuck_threads", "User code that never came back.", f -> f.stuckThreads());
  }

  private static void wakes(List<ShardFigures> figures, List<MetricSnapshot> all) {
    Of of = new Of(figures, all);
    of.gauge(
        "perdure_locked_commands",
        "Commands that wait for a transaction which holds their entity.",
        ShardFigures::lockedCommands);
    of.gauge("perdure_wakes_pending", "Entities that want to be woken.", f -> f.wakes().pending());
    of.gauge(
        "perdure_wakes_running",
        "Wakes that are due and not applied yet.",
        f -> f.wakes().running());
    of.counter("perdure_wakes_fired", "Wakes that were run.", f -> f.wakes().fired());
    of.counter(
        "perdure_wakes_failed",
        "Wakes that could not be run; they are tried again.",
        f -> f.wakes().failed());
    of.gauge(
        "perdure_wakes_late_micros",
        "By how much the first wake that is due is late.",
        f -> f.wakes().lateMicros());
    of.gauge(
        "perdure_wakes_late_micros_max",
        "By how much a wake was late at most when it was run.",
        f -> f.wakes().lateMicrosMax());
  }

  private static MetricSnapshot refused(List<ShardFigures> figures) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name("perdure_queue_refused")
            .help("Commands that waited for a shard, or wanted to, and were not executed.");
    for (ShardFigures one : figures) {
      reason(counter, one, "full", one.intake().full());
      reason(counter, one, "hopeless", one.intake().hopeless());
      reason(counter, one, "shed", one.intake().shed());
      reason(counter, one, "expired", one.intake().expired());
    }
    return counter.build();
  }

  private static void reason(
      CounterSnapshot.Builder counter, ShardFigures shard, String reason, long value) {
    counter.dataPoint(
        CounterSnapshot.CounterDataPointSnapshot.builder()
            .labels(Labels.of("shard", Integer.toString(shard.shard()), "reason", reason))
            .value((double) value)
            .build());
  }

  private static void crowd(List<ShardFigures> figures, List<MetricSnapshot> all) {
    Of of = new Of(figures, all);
    of.gauge(
        "perdure_queue_delay_micros",
        "How long all that waits takes, at the measured pace; 0 if that is not known.",
        f -> f.intake().delayMicros());
    of.gauge(
        "perdure_queue_overloaded",
        "1 while the newest goes first and the least important is shed.",
        f -> f.intake().overloaded() ? 1 : 0);
  }

  private static MetricSnapshot ready(NodeHealth health) {
    return GaugeSnapshot.builder()
        .name("perdure_ready")
        .help("1 if a write, or a read, would succeed now.")
        .dataPoint(flag(Labels.of("for", "writes"), health.writes()))
        .dataPoint(flag(Labels.of("for", "reads"), health.reads()))
        .build();
  }

  private static MetricSnapshot states(NodeHealth health) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("perdure_shard_state")
            .help("1 for the state in which the shard is.");
    for (NodeHealth.Shard shard : health.shards()) {
      for (NodeHealth.State state : NodeHealth.State.values()) {
        Labels labels = Labels.of("shard", Integer.toString(shard.shard()), "state", state.name());
        gauge.dataPoint(flag(labels, shard.state() == state));
      }
    }
    return gauge.build();
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot flag(Labels labels, boolean holds) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder()
        .labels(labels)
        .value(holds ? 1 : 0)
        .build();
  }

  /** One value per shard. */
  private record Of(List<ShardFigures> figures, List<MetricSnapshot> all) {

    void counter(String name, String help, ToLongFunction<ShardFigures> value) {
      CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
      for (ShardFigures one : figures) {
        counter.dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(shard(one))
                .value((double) Math.max(0, value.applyAsLong(one)))
                .build());
      }
      all.add(counter.build());
    }

    void gauge(String name, String help, ToLongFunction<ShardFigures> value) {
      GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
      for (ShardFigures one : figures) {
        gauge.dataPoint(
            GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(shard(one))
                .value((double) value.applyAsLong(one))
                .build());
      }
      all.add(gauge.build());
    }

    private static Labels shard(ShardFigures one) {
      return Labels.of("shard", Integer.toString(one.shard()));
    }
  }
}
