package dev.perdure.runtime.cluster;

import dev.perdure.runtime.watch.ClockOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far the wall clocks of other nodes are from this node's, by what they say when they are asked
 * how they are. An answer was made somewhere between question and answer; of the last ones that
 * with the shortest way counts, and the half of it is left open. Thread-safe.
 *
 * <p>This node is off if most nodes, itself among them, say so: where two clocks differ nobody
 * knows which is wrong.
 */
final class PeerClocks {

  private static final int KEPT = 8;
  private static final long LATELY_NS = 5_000_000_000L;

  private final Map<String, List<Sample>> byNode = new ConcurrentHashMap<>();

  /**
   * One answer.
   *
   * @param aheadMicros how far this node's clock is ahead of the other's
   * @param openMicros how far that may be wrong
   */
  private record Sample(long aheadMicros, long openMicros, long atNs) {
    /** What cannot be explained by the way of the answer. */
    long certainMicros() {
      return Long.signum(aheadMicros) * Math.max(0, Math.abs(aheadMicros) - openMicros);
    }
  }

  /**
   * A node said how late it is.
   *
   * @param theirMicros its wall clock
   * @param own this node's clocks when the answer came
   */
  void said(String node, long theirMicros, Heard.Moment own) {
    long half = own.tookNs() / 2_000;
    Sample sample = new Sample(own.wallMicros() - half - theirMicros, half, own.nowNs());
    byNode.compute(
        node,
        (id, before) -> {
          List<Sample> samples = new ArrayList<>(before == null ? List.of() : before);
          // A jump of this clock, or of theirs, makes what was heard before worthless.
          samples.removeIf(
              one -> Math.abs(one.aheadMicros - sample.aheadMicros) > jump(one, sample));
          samples.add(sample);
          return samples.size() > KEPT ? samples.subList(1, samples.size()) : samples;
        });
  }

  private static long jump(Sample one, Sample other) {
    return 10 * (one.openMicros + other.openMicros) + 100_000;
  }

  /** This node's clock beside those that were heard lately. */
  ClockOffset offset(long nowNs) {
    List<Long> ahead = new ArrayList<>(List.of(0L));
    for (List<Sample> samples : byNode.values()) {
      samples.stream()
          .filter(one -> nowNs - one.atNs <= LATELY_NS)
          .min((a, b) -> Long.compare(a.openMicros, b.openMicros))
          .ifPresent(best -> ahead.add(best.certainMicros()));
    }
    Collections.sort(ahead);
    long low = ahead.get((ahead.size() - 1) / 2);
    long high = ahead.get(ahead.size() / 2);
    long median = Math.abs(low) <= Math.abs(high) ? low : high;
    return new ClockOffset(median, ahead.size() - 1);
  }

  void retain(List<String> known) {
    byNode.keySet().retainAll(known);
  }
}
