package dev.perdure.bench.micro;

import dev.perdure.bench.load.Logs;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code micro}: what each step of a command costs by itself, measured with JMH. */
@Command(
    name = "micro",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures reading, deciding, encoding and applying one command, each by itself, with JMH.",
      ""
    },
    footer = {"", "Example:", "  ./perdure bench micro --forks 3"})
public final class MicroBench implements Callable<Integer> {

  private static final int DONE = 0;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "JVMs for each measurement (default: ${DEFAULT-VALUE}).")
  private int forks = 2;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description =
          "Measurements of a second in each, after as many of warm-up (default:"
              + " ${DEFAULT-VALUE}).")
  private int iterations = 5;

  @Override
  public Integer call() throws RunnerException {
    Logs.warningsOnly();
    Options options =
        new OptionsBuilder()
            .include(CommandBenchmark.class.getName() + ".*")
            .forks(forks)
            .warmupIterations(iterations)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.seconds(1))
            .verbosity(VerboseMode.SILENT)
            .build();
    System.err.printf("bench: micro: four steps, about %d s each%n", forks * (2 * iterations + 2));
    print(new Runner(options).run());
    return DONE;
  }

  private static void print(Collection<RunResult> results) {
    System.out.printf("%-8s %12s %12s%n", "step", "ns/command", "± 99.9 %");
    for (RunResult result : results) {
      System.out.printf(
          Locale.ROOT,
          "%-8s %,12.0f %,12.0f%n",
          result.getPrimaryResult().getLabel(),
          result.getPrimaryResult().getScore(),
          result.getPrimaryResult().getScoreError());
    }
  }
}
