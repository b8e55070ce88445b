package dev.perdure.journal.ratis;

import dev.perdure.journal.ForceFigures;
import dev.perdure.kernel.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.Timekeeper;
import org.apache.ratis.server.metrics.SegmentedRaftLogMetrics;
import org.apache.ratis.util.TimeDuration;

/**
 * Ratis's metrics, not kept: about twenty timers and counters an entry, with histograms and JMX,
 * cost more than the decision they would time. Perdure measures at its own doors. Only how long a
 * log takes to reach the disk is kept: nobody else sees it begin and end.
 *
 * <p>Public, with a public constructor, because Ratis finds it as a service.
 */
public final class SilentMetrics extends MetricRegistries {

  private static final Timekeeper.Context STOPPED = () -> 0;
  private static final Timekeeper TIMER = () -> STOPPED;
  private static final LongCounter COUNTER = new Counter();

  private final ConcurrentMap<MetricRegistryInfo, RatisMetricRegistry> registries =
      new ConcurrentHashMap<>();

  @Override
  public void clear() {
    registries.clear();
  }

  @Override
  public RatisMetricRegistry create(MetricRegistryInfo info) {
    return registries.computeIfAbsent(info, Registry::new);
  }

  @Override
  public boolean remove(MetricRegistryInfo info) {
    return registries.remove(info) != null;
  }

  @Override
  public Optional<RatisMetricRegistry> get(MetricRegistryInfo info) {
    return Optional.ofNullable(registries.get(info));
  }

  @Override
  public Set<MetricRegistryInfo> getMetricRegistryInfos() {
    return Set.copyOf(registries.keySet());
  }

  @Override
  public Collection<RatisMetricRegistry> getMetricRegistries() {
    return List.copyOf(registries.values());
  }

  @Override
  public void addReporterRegistration(
      Consumer<RatisMetricRegistry> reporter, Consumer<RatisMetricRegistry> stopReporter) {}

  @Override
  public void enableJmxReporter() {}

  @Override
  public void enableConsoleReporter(TimeDuration period) {}

  /** Of a node's logs the slowest: what it took lately to reach the disk. */
  static ForceFigures forces(String node) {
    return all(node)
        .max(Comparator.comparingLong(ForceFigures::slownessNs))
        .orElse(ForceFigures.NONE);
  }

  /** The longest median of a node's logs. */
  static long medianNs(String node) {
    return all(node).mapToLong(ForceFigures::medianNs).max().orElse(0);
  }

  private static Stream<ForceFigures> all(String node) {
    return MetricRegistries.global().getMetricRegistries().stream()
        .filter(one -> one.getMetricRegistryInfo().getPrefix().startsWith(node + "@"))
        .map(one -> one instanceof Registry known ? known.forces.figures() : ForceFigures.NONE);
  }

  /** Forcing a log of a node takes so much longer from now on. */
  static void slow(String node, long ns) {
    MetricRegistries.global().getMetricRegistries().stream()
        .filter(one -> one.getMetricRegistryInfo().getPrefix().startsWith(node + "@"))
        .forEach(
            one -> {
              if (one instanceof Registry known) {
                known.forces.slow(ns);
              }
            });
  }

  private record Registry(MetricRegistryInfo info, ForceTimes forces)
      implements RatisMetricRegistry {
    private Registry(MetricRegistryInfo info) {
      this(info, new ForceTimes(Clock.system()));
    }

    @Override
    public Timekeeper timer(String name) {
      return name.equals(SegmentedRaftLogMetrics.RAFT_LOG_SYNC_TIME) ? forces : TIMER;
    }

    @Override
    public LongCounter counter(String name) {
      return COUNTER;
    }

    @Override
    public boolean remove(String name) {
      return true;
    }

    @Override
    public <T> void gauge(String name, Supplier<Supplier<T>> gauge) {}

    @Override
    public MetricRegistryInfo getMetricRegistryInfo() {
      return info;
    }
  }

  private static final class Counter implements LongCounter {
    @Override
    public void inc(long by) {}

    @Override
    public void dec(long by) {}

    @Override
    public long getCount() {
      return 0;
    }
  }
}
