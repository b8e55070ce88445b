package dev.perdure.bench.guard;

import dev.perdure.bench.load.Logs;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code guard}: what a guarded call costs when everything works. */
@Command(
    name = "guard",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures a call that works under the guard, Resilience4j and Failsafe, with JMH: time and",
      "bytes allocated.",
      ""
    },
    footer = {"", "Example:", "  ./perdure bench guard --forks 5"})
public final class GuardBench implements Callable<Integer> {

  private static final int DONE = 0;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "JVMs for each measurement (default: ${DEFAULT-VALUE}).")
  private int forks = 3;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description =
          "Measurements of a second in each, after as many of warm-up (default:"
              + " ${DEFAULT-VALUE}).")
  private int iterations = 5;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description = "Measure only what matches (default: all).")
  private String only = ".*";

  @Override
  public Integer call() throws RunnerException {
    Logs.warningsOnly();
    System.err.printf("bench: guard: about %d s for each%n", forks * (2 * iterations + 1));
    print(
        new Runner(
                new OptionsBuilder()
                    .include(GuardBenchmark.class.getName() + "\\." + only + "$")
                    .forks(forks)
                    .warmupIterations(iterations)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(iterations)
                    .measurementTime(TimeValue.seconds(1))
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run());
    return DONE;
  }

  private static void print(Collection<RunResult> results) {
    System.out.printf(
        "| %-28s | %9s | %9s | %9s | %7s |%n", "", "median ns", "least", "most", "bytes");
    System.out.printf(
        "| %s | %s: | %s: | %s: | %s: |%n",
        "-".repeat(28), "-".repeat(8), "-".repeat(8), "-".repeat(8), "-".repeat(6));
    results.stream()
        .sorted(Comparator.comparing(r -> name(r.getParams())))
        .forEach(GuardBench::print);
  }

  private static void print(RunResult result) {
    double[] times =
        result.getBenchmarkResults().stream()
            .map(BenchmarkResult::getIterationResults)
            .flatMap(Collection::stream)
            .map(IterationResult::getPrimaryResult)
            .mapToDouble(r -> r.getScore())
            .sorted()
            .toArray();
    System.out.printf(
        Locale.ROOT,
        "| %-28s | %,9.1f | %,9.1f | %,9.1f | %,7.0f |%n",
        name(result.getParams()),
        times[times.length / 2],
        times[0],
        times[times.length - 1],
        Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm")).getScore());
  }

  private static String name(BenchmarkParams params) {
    String full = params.getBenchmark();
    return full.substring(full.lastIndexOf('.') + 1);
  }
}
