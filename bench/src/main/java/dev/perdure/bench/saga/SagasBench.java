package dev.perdure.bench.saga;

import dev.perdure.bench.load.DirectoryTree;
import dev.perdure.bench.load.Harness;
import dev.perdure.bench.load.Logs;
import dev.perdure.bench.load.Measurement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code sagas}: transfers of four steps on an embedded node. */
@Command(
    name = "sagas",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures sagas of four steps (two commands to accounts, two calls) on an embedded node, from"
          + " their start to their recorded end.",
      ""
    },
    footer = {"", "Example:", "  ./perdure bench sagas --in-flight 256 --seconds 15"})
public final class SagasBench implements Callable<Integer> {

  private static final int DONE = 0;
  private static final int CHECK_FAILED = 3;

  @Option(
      names = "--in-flight",
      split = ",",
      paramLabel = "N",
      description = "Sagas at the same time, each number measured apart (default: 256).")
  private List<Integer> inFlight = List.of(256);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each is measured (default: ${DEFAULT-VALUE}).")
  private int seconds = 15;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Seconds of load before each measurement (default: ${DEFAULT-VALUE}).")
  private int warmUpSeconds = 15;

  @Option(
      names = "--accounts",
      paramLabel = "N",
      description = "How many accounts (default: ${DEFAULT-VALUE}).")
  private int accounts = 10_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of accounts, amounts and ids (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "On the disk to be measured (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @Override
  public Integer call() throws Exception {
    Logs.warningsOnly();
    Path folder = Files.createTempDirectory(directory, "perdure-bench-sagas-");
    try (SagaTarget target = new SagaTarget(folder)) {
      Harness.Plan plan =
          new Harness.Plan(
              inFlight,
              accounts,
              Duration.ofSeconds(warmUpSeconds),
              Duration.ofSeconds(seconds),
              seed);
      Harness harness = new Harness(plan, line -> System.err.println("bench: " + line));
      List<Measurement> measured = harness.measure(target);
      boolean sound = true;
      for (Measurement one : measured) {
        System.out.printf(
            "%d in flight: %,.0f sagas/s (slowest second %,.0f), p50 %.2f ms, p99 %.1f ms, max"
                + " %.0f ms, CPU %.0f µs/saga, %.1f sagas/force%n",
            one.callers(),
            one.throughput(),
            one.slowestSecond(),
            one.latency().p50Us() / 1000,
            one.latency().p99Us() / 1000,
            one.latency().maxUs() / 1000,
            one.cpu().totalUs(),
            one.operationsPerForce());
        if (one.failures() > 0) {
          sound = false;
          System.out.printf("%d failed: %s%n", one.failures(), one.firstFailure());
        }
      }
      target.checkTotal();
      System.out.printf("%.2f commands per saga; no money made or lost%n", perSaga(target));
      return sound ? DONE : CHECK_FAILED;
    } finally {
      DirectoryTree.delete(folder);
    }
  }

  /** One saga by itself, all before being done. */
  private static double perSaga(SagaTarget target) throws Exception {
    long before = target.commands();
    int sagas = 100;
    for (int i = 0; i < sagas; i++) {
      target.deposit(i, "counted-" + i, 1);
    }
    return (target.commands() - before) / (double) sagas;
  }
}
