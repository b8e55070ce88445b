package dev.perdure.bench;

import dev.perdure.bench.load.Harness;
import dev.perdure.kernel.Check;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run of the benchmark does.
 *
 * @param targets names of contenders, and {@value #DISK} for the disk's limit
 * @param load callers, accounts and times, the same for every target
 * @param directory where the targets' data and the disk's file are made, and deleted
 * @param command what repeats the run
 */
public record EntitiesPlan(
    List<String> targets, Harness.Plan load, Path directory, String command) {

  /** Not a service but what bounds them all. */
  public static final String DISK = "disk";

  public EntitiesPlan {
    targets = List.copyOf(targets);
    for (String target : targets) {
      Check.argument(
          allTargets().contains(target),
          "there is no target %s; there are %s".formatted(target, String.join(", ", allTargets())));
    }
  }

  /** Every name that can be in {@code targets}, in the order in which they run. */
  public static List<String> allTargets() {
    return Stream.concat(Contender.ALL.stream().map(Contender::name), Stream.of(DISK)).toList();
  }

  String workload() {
    return "%,d accounts chosen uniformly, a new operation id for each deposit, every reply durable;"
            .formatted(load.accounts())
        + " closed loop, measured for %d s after %d s of warm-up."
            .formatted(load.measured().toSeconds(), load.warmUp().toSeconds());
  }
}
