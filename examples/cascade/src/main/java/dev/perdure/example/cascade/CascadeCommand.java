package dev.perdure.example.cascade;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code proof cascade}. The result goes to standard output, progress to standard error. Exit
 * codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.
 */
@Command(
    name = "cascade",
    description = {
      "One of five services falls ill: what becomes of the others, and of it?",
      "",
      "Five services on loopback, a chain or a fan-out, are called at a fixed rate; the last one"
          + " hangs, fails or is slow for a while. Or one service is called by a swarm of 200 small"
          + " clients. The same with no guard, with Resilience4j and"
          + " with Perdure's guard: what reaches the ill service, what is answered well, and how"
          + " long it takes until all is well again. What Perdure does is checked; what the others"
          + " do stands beside it.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 all held, 1 failed, 2 usage, 3 a check did not hold.",
      "",
      "Examples:",
      "  ./perdure proof cascade",
      "  ./perdure proof cascade --shape fan-out --fault slow --plots figures",
      "  ./perdure proof cascade --shape swarm",
      "  ./perdure proof cascade --fault errors --seconds 5 --output json"
    })
public final class CascadeCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int CHECK_DID_NOT_HOLD = 3;
  private static final int RATE_MAX = 150;
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  /** How the result is written. */
  enum Output {
    table,
    json
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--shape",
      paramLabel = "chain|fan-out|swarm",
      defaultValue = "chain",
      description = "Who calls whom (default: ${DEFAULT-VALUE}).")
  private Shape shape = Shape.CHAIN;

  @Option(
      names = "--fault",
      paramLabel = "hang|errors|slow",
      defaultValue = "hang",
      description = "What befalls the last service (default: ${DEFAULT-VALUE}).")
  private Fault fault = Fault.HANG;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long it is ill (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--calm",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long all is well before that (default: ${DEFAULT-VALUE}).")
  private int calm;

  @Option(
      names = "--after",
      paramLabel = "N",
      defaultValue = "15",
      description = "How long all is well after that (default: ${DEFAULT-VALUE}).")
  private int after;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Calls of clients a second; a service can do 200 (default: 50; for a swarm 100).")
  private @Nullable Integer rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the moments at which clients call (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description = "Draw the curves there, as SVG and PNG.")
  private @Nullable Path plots;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.table;

  @Override
  public Integer call() throws IOException {
    Script.Times times =
        new Script.Times(
            WARM_UP,
            Duration.ofSeconds(within("--calm", calm, 2, 600)),
            Duration.ofSeconds(within("--seconds", seconds, 1, 120)),
            Duration.ofSeconds(within("--after", after, 2, 600)));
    // Beyond this a service would be too small even when it is well.
    Script script = new Script(shape, fault, times, calls(), seed);
    if (plots != null) {
      // A folder that cannot be made is told before the minutes, not after them.
      Files.createDirectories(plots);
    }
    Report report = run(script);
    PrintStream out = System.out;
    out.print(output == Output.json ? json(report) + "\n" : Ansi.AUTO.string(table(report)));
    out.flush();
    if (plots != null) {
      for (Path file : new Plot(report).write(plots)) {
        System.err.println("cascade: drew " + file);
      }
    }
    return report.held() ? DONE : CHECK_DID_NOT_HOLD;
  }

  private int calls() {
    return within("--rate", rate == null ? shape.rate() : rate, 1, RATE_MAX);
  }

  private int within(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "%s is %d; %,d to %,d is needed.".formatted(option, value, min, max));
    }
    return value;
  }

  private static Report run(Script script) throws IOException {
    Laboratory laboratory = new Laboratory(script);
    List<Figures> figures = new ArrayList<>();
    for (Contender contender : Contender.values()) {
      System.err.printf(
          Locale.ROOT,
          "cascade: %s (%d of %d), %d s%n",
          contender.title(),
          figures.size() + 1,
          Contender.values().length,
          script.times().warmUp().plusNanos(script.times().endNs()).toSeconds());
      figures.add(Figures.of(laboratory.run(contender)));
    }
    return Report.of(script, figures);
  }

  static String json(Report report) {
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(report);
  }

  static String table(Report report) {
    StringBuilder out = new StringBuilder();
    add(
        out,
        "  %-14s %20s %32s %9s %29s%n",
        "",
        "requests to " + Shape.PATIENT + " per call",
        "answered well, per second",
        "",
        "99 of 100 over in, ms");
    add(
        out,
        "  %-14s %9s %12s %9s %9s %9s %12s %9s %9s %9s%n",
        "",
        "in fault",
        "worst second",
        "before",
        "in fault",
        "after",
        "recovered in",
        "before",
        "in fault",
        "after");
    for (Figures each : report.stacks()) {
      Double recovery = each.recoverySeconds();
      add(
          out,
          "  %-14s %8.2fx %11.2fx %9.1f %9.1f %9.1f %12s %,9.0f %,9.0f %,9.0f%n",
          each.stack(),
          each.reached().amplification(),
          each.reached().worst(),
          each.goodput().before(),
          each.goodput().during(),
          each.goodput().after(),
          recovery == null ? "not seen" : String.format(Locale.ROOT, "%.1f s", recovery),
          each.latency().beforeMs(),
          each.latency().duringMs(),
          each.latency().afterMs());
    }
    add(out, "%n");
    for (Check check : report.checks()) {
      add(
          out,
          "  %s  %-72s  %s%n",
          check.held() ? "@|green held  |@" : "@|red,bold FAILED|@",
          check.statement(),
          check.found());
    }
    return out.toString();
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void add(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }
}
