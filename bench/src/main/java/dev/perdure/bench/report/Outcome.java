package dev.perdure.bench.report;

import dev.perdure.bench.load.Measurement;
import java.util.List;

/** What became of one target. */
public sealed interface Outcome {

  /** The name under which the target is chosen. */
  String target();

  /**
   * It was measured.
   *
   * @param durability what is known to be on disk when it answers
   */
  record Measured(String target, String durability, List<Measurement> measurements)
      implements Outcome {

    public Measured {
      measurements = List.copyOf(measurements);
    }
  }

  /** It cannot run on this machine. */
  record Skipped(String target, String reason) implements Outcome {}

  /** It ran and something went wrong, for example its balances are not what it has acknowledged. */
  record Failed(String target, String reason) implements Outcome {}
}
