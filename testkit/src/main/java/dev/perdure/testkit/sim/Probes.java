package dev.perdure.testkit.sim;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Counts of {@link Probe}s. One thread. */
public final class Probes {

  private final Map<Probe, Long> counts = new EnumMap<>(Probe.class);

  /** Counts one. */
  public void hit(Probe probe) {
    hit(probe, 1);
  }

  void hit(Probe probe, long times) {
    if (times > 0) {
      counts.merge(probe, times, Long::sum);
    }
  }

  public long count(Probe probe) {
    return counts.getOrDefault(probe, 0L);
  }

  /** Sum over all faults. */
  public long faults() {
    return Stream.of(Probe.values()).filter(Probe::fault).mapToLong(this::count).sum();
  }

  /** What was never reached. */
  public List<Probe> never() {
    return Stream.of(Probe.values()).filter(probe -> count(probe) == 0).toList();
  }

  public void add(Probes other) {
    other.counts.forEach(this::hit);
  }
}
