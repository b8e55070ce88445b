package dev.perdure.bench.http;

import dev.perdure.bench.load.Harness;
import dev.perdure.bench.load.Logs;
import dev.perdure.bench.load.Measurement;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code http}: deposits on a node that runs already, over kept connections.
 *
 * <p>It shows its own processor time apart from the node's. {@code src/main/wrk/deposit.lua} does
 * the same with wrk, for those who trust no load generator of ours.
 */
@Command(
    name = "http",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures deposits, or transfers by sagas, over HTTP on a node of this machine that runs"
          + " already.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./perdure bench http --port 7400 --connections 64 --seconds 20",
      "  ./perdure bench http --port 7400 --connections 64 --sagas"
    })
public final class HttpLoad implements Callable<Integer> {

  private static final int DONE = 0;
  private static final int CHECK_FAILED = 3;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Of the node's API, on the loopback interface (default: ${DEFAULT-VALUE}).")
  private int port = 7400;

  @Option(
      names = "--pid",
      paramLabel = "N",
      description = "Of the node's process, to show its processor time.")
  private long pid;

  @Option(
      names = "--connections",
      split = ",",
      paramLabel = "N",
      description = "Kept connections, each with one request at a time (default: 64).")
  private List<Integer> connections = List.of(64);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long is measured (default: ${DEFAULT-VALUE}).")
  private int seconds = 20;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Seconds of load before (default: ${DEFAULT-VALUE}).")
  private int warmUpSeconds = 20;

  @Option(
      names = "--accounts",
      paramLabel = "N",
      description = "How many accounts, opened anew (default: ${DEFAULT-VALUE}).")
  private int accounts = 10_000;

  @Option(
      names = "--sagas",
      description = "Transfers by the ledger's saga, each answered when it has ended.")
  private boolean sagas;

  /** Runs the command by itself. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new HttpLoad()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Logs.warningsOnly();
    var service =
        new RunningService(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), pid);
    List<Measurement> measurements;
    boolean conserved = true;
    try (var target = new HttpTarget(service, sagas ? accounts : 0)) {
      measurements =
          new Harness(plan(), line -> System.err.println("bench: " + line)).measure(target);
      if (sagas) {
        conserved = target.conserves();
        System.out.println(conserved ? "no money made or lost" : "MONEY WAS MADE OR LOST");
      }
    }
    measurements.forEach(each -> System.out.println(line(each)));
    return conserved && measurements.stream().allMatch(each -> each.failures() == 0)
        ? DONE
        : CHECK_FAILED;
  }

  private Harness.Plan plan() {
    try {
      return new Harness.Plan(
          connections, accounts, Duration.ofSeconds(warmUpSeconds), Duration.ofSeconds(seconds), 1);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), e.getMessage(), e);
    }
  }

  private static String line(Measurement each) {
    String line =
        ("%d connections: %,.0f requests/s (slowest second %,.0f), p50 %.2f, p99 %.2f, p99.9 %.2f,"
                + " max %.2f ms; CPU a request: load generator %.1f µs, node %.1f µs")
            .formatted(
                each.callers(),
                each.throughput(),
                each.slowestSecond(),
                each.latency().p50Us() / 1e3,
                each.latency().p99Us() / 1e3,
                each.latency().p999Us() / 1e3,
                each.latency().maxUs() / 1e3,
                each.cpu().benchmarkUs(),
                each.cpu().outsideUs());
    return each.failures() == 0
        ? line
        : line + "; %,d FAILED: %s".formatted(each.failures(), each.firstFailure());
  }
}
