package dev.perdure.cli;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.bank.BankWorkload;
import dev.perdure.testkit.bank.FamilyWorkload;
import dev.perdure.testkit.bank.StatementsWorkload;
import dev.perdure.testkit.bank.TransferWorkload;
import dev.perdure.testkit.cluster.ClusterBug;
import dev.perdure.testkit.cluster.ClusterRun;
import dev.perdure.testkit.sim.Probe;
import dev.perdure.testkit.sim.Run;
import dev.perdure.testkit.sim.Summary;
import dev.perdure.testkit.sim.Workload;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lab simulate}: seeds of the simulator, one after the other. */
@Command(
    name = "simulate",
    description = {
      "Run the shard's production code on simulated machines, disks, clocks and logs, under"
          + " faults drawn from a seed, and check what was kept.",
      "With --cluster, whole clusters: several machines with several shards, their map and their"
          + " plan, under partitions, crashes, slow and lying disks, changes of members, snapshots"
          + " and rolling upgrades, over a model of Raft.",
      "With --sagas, sagas and queues: what drives them, with dependencies that fail and hang,"
          + " clients that signal and cancel, and workers that are not heard of again.",
      "With --subscriptions, subscriptions and reactions: their consumers, with handlers that fail"
          + " and hang, and operators who pause, rewind and replay.",
      "With --child-sagas, sagas that start others and wait for them, and people who decide about"
          + " parked ones.",
      "The same seed gives the same run: the hash of its trace is the same."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit code 3 if a promise was broken.",
      "",
      "Examples:",
      "  ./perdure lab simulate --seeds 200",
      "  ./perdure lab simulate --seeds 1 --first 17 --trace",
      "  ./perdure lab simulate --bug NO_FENCE",
      "  ./perdure lab simulate --sagas --seeds 500",
      "  ./perdure lab simulate --sagas --bug UNDO_FORGOTTEN",
      "  ./perdure lab simulate --child-sagas --seeds 500",
      "  ./perdure lab simulate --subscriptions --seeds 500",
      "  ./perdure lab simulate --cluster --seeds 500",
      "  ./perdure lab simulate --cluster --cluster-bug LEASE_NEVER_ENDS"
    })
final class SimulateCommand implements Callable<Integer> {

  private static final int SEEDS_MAX = 1_000_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--seeds", paramLabel = "N", description = "How many (default: 50).")
  private int seeds = 50;

  @Option(names = "--first", paramLabel = "SEED", description = "The first one (default: 1).")
  private long first = 1;

  @Option(
      names = "--bug",
      paramLabel = "NAME",
      description = "Plant a bug, to see it caught. There are: ${COMPLETION-CANDIDATES}.")
  private List<PlantedBug> bugs = List.of();

  @Option(names = "--sagas", description = "Simulate sagas and queues.")
  private boolean sagas;

  @Option(names = "--subscriptions", description = "Simulate subscriptions and reactions.")
  private boolean subscriptions;

  @Option(
      names = "--child-sagas",
      description = "Simulate sagas that start others, and decisions about parked ones.")
  private boolean childSagas;

  @Option(names = "--cluster", description = "Simulate whole clusters.")
  private boolean cluster;

  @Option(
      names = "--cluster-bug",
      paramLabel = "NAME",
      description =
          "Plant a bug of the cluster, with --cluster. There are: ${COMPLETION-CANDIDATES}.")
  private List<ClusterBug> clusterBugs = List.of();

  @Option(names = "--trace", description = "Print all that happened, not only around a failure.")
  private boolean trace;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "table, json; JSON is one line for each seed (default: table).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() {
    if (seeds < 1 || seeds > SEEDS_MAX) {
      throw new ParameterException(
          spec.commandLine(),
          "--seeds %d: it takes a whole number from 1 to %,d".formatted(seeds, SEEDS_MAX));
    }
    Set<PlantedBug> planted = EnumSet.noneOf(PlantedBug.class);
    planted.addAll(bugs);
    if (!cluster && !clusterBugs.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--cluster-bug " + clusterBugs.getFirst() + ": it needs --cluster");
    }
    if (Stream.of(sagas, subscriptions, childSagas, cluster).filter(one -> one).count() > 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--sagas, --child-sagas, --subscriptions and --cluster are different simulations: name"
              + " one of them");
    }
    return cluster ? clusters(planted) : shards(planted);
  }

  private int clusters(Set<PlantedBug> planted) {
    Set<ClusterBug> of = EnumSet.noneOf(ClusterBug.class);
    of.addAll(clusterBugs);
    int failed =
        new ClusterSeeds(out(), output, trace)
            .run(first, seeds, new ClusterRun.Options(of, planted, 0));
    return failed == 0 ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private int shards(Set<PlantedBug> planted) {
    Summary summary = new Summary();
    for (long seed = first; seed < first + seeds; seed++) {
      Run.Result result = Run.of(seed, workload(), new Run.Options(planted, 0));
      summary.add(result);
      if (output == Output.JSON) {
        out().println(Output.jsonLine(line(result)));
      } else {
        show(result, planted);
      }
      out().flush(); // a long run is watched
    }
    if (output == Output.TABLE) {
      out().println(summary.text());
    }
    out().flush();
    return summary.failed() == 0 ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private Workload workload() {
    if (subscriptions) {
      return new StatementsWorkload();
    }
    if (childSagas) {
      return new FamilyWorkload();
    }
    return sagas ? new TransferWorkload() : new BankWorkload();
  }

  private void show(Run.Result result, Set<PlantedBug> planted) {
    if (trace) {
      result.trace().kept().forEach(out()::println);
    }
    if (result.violation() != null) {
      out().println(Summary.failure(result, planted));
    }
    // One seed's trace is for comparing: the hash says whether two runs were the same.
    if (trace || seeds == 1) {
      out()
          .printf(
              "seed %d: %,d lines of trace, hash %016x%n",
              result.seed(), result.trace().lines(), result.trace().hash());
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private static Map<String, Object> line(Run.Result result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("seed", result.seed());
    line.put("held", result.violation() == null);
    if (result.violation() != null) {
      line.put("checker", result.violation().checker().words());
      line.put("detail", result.violation().detail());
    }
    line.put("simulated_seconds", result.virtualNs() / 1e9);
    line.put("calls", result.calls());
    line.put("effects", result.effects());
    line.put("trace_lines", result.trace().lines());
    line.put("trace_hash", "%016x".formatted(result.trace().hash()));
    Map<String, Long> counts = new LinkedHashMap<>();
    Arrays.stream(Probe.values())
        .forEach(
            probe ->
                counts.put(probe.name().toLowerCase(Locale.ROOT), result.probes().count(probe)));
    line.put("counts", counts);
    return line;
  }
}
