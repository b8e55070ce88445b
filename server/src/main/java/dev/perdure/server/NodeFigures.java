package dev.perdure.server;

import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.watch.Resource;
import dev.perdure.server.admission.Gate;
import dev.perdure.server.anomaly.Figure;
import dev.perdure.server.anomaly.Latencies;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** A node's figures as a sample for anomalies; what only grows, by the second. One thread asks. */
final class NodeFigures implements Supplier<Map<Figure, Double>> {

  private static final double NS = 1e9;
  private static final double MS_NS = 1e6;
  private static final double MS_MICROS = 1e3;
  private static final double MS = 1e3;
  private static final double MIB = 1 << 20;

  private final Node node;
  private final Gate gate;
  private final Latencies latencies;
  private final List<MemoryPoolMXBean> heap =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(one -> one.getType() == MemoryType.HEAP && one.getCollectionUsage() != null)
          .toList();
  private long lastNs;
  private Totals last;

  /** What only grows. */
  private record Totals(double commands, double refused, double failed, double stoodSeconds) {}

  NodeFigures(Node node, Gate gate, Latencies latencies) {
    this.node = node;
    this.gate = gate;
    this.latencies = latencies;
    this.lastNs = node.clock().monotonicNs();
    this.last = totals(node.figures());
  }

  private Totals totals(List<ShardFigures> shards) {
    return new Totals(
        shards.stream()
            .mapToDouble(
                one -> one.commandsAccepted() + one.commandsRejected() + one.commandsReplayed())
            .sum(),
        gate.figures().refused().values().stream().mapToLong(Long::longValue).sum(),
        shards.stream().mapToDouble(ShardFigures::commandsFailed).sum(),
        node.watch().stoodSeconds());
  }

  @Override
  public Map<Figure, Double> get() {
    List<ShardFigures> shards = node.figures();
    Totals before = last;
    Totals now = totals(shards);
    long nowNs = node.clock().monotonicNs();
    double seconds = Math.max(1e-3, (nowNs - lastNs) / NS);
    last = now;
    lastNs = nowNs;
    Map<Figure, Double> sample = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      double value =
          switch (figure) {
            case COMMANDS -> (now.commands - before.commands) / seconds;
            case REFUSED -> (now.refused - before.refused) / seconds;
            case FAILED -> (now.failed - before.failed) / seconds;
            case COMMAND_P99 -> latencies.p99Ms();
            case FORCE -> node.watch().forces().medianNs() / MS_NS;
            case QUEUE ->
                shards.stream().mapToLong(one -> one.intake().delayMicros()).max().orElse(0)
                    / MS_MICROS;
            case PAUSES -> MS * (now.stoodSeconds - before.stoodSeconds) / seconds;
            case HEAP -> heapAfter() / MIB;
            case DESCRIPTORS -> used("file descriptors");
            case THREADS -> used("threads");
          };
      sample.put(figure, value);
    }
    return sample;
  }

  private double heapAfter() {
    double bytes = 0;
    for (MemoryPoolMXBean pool : heap) {
      MemoryUsage usage = pool.getCollectionUsage();
      bytes += usage == null ? 0 : usage.getUsed();
    }
    return bytes;
  }

  private double used(String resource) {
    return node.watch().resources().stream()
        .filter(one -> Objects.equals(one.name(), resource))
        .mapToLong(Resource::used)
        .sum();
  }
}
