package dev.perdure.bench.report;

import dev.perdure.bench.disk.DiskMeasurement;
import dev.perdure.bench.load.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A report's tables, for text and Markdown alike. */
final class Figures {

  private static final String NOT_MEASURED = "-";

  private final Report report;

  Figures(Report report) {
    this.report = report;
  }

  /** One row for each target and number of callers. */
  Table targets() {
    var table =
        new Table(
            "target",
            "callers",
            "ops/s",
            "slowest s",
            "p50 ms",
            "p99 ms",
            "p99.9 ms",
            "max ms",
            "CPU µs/op",
            "of it outside",
            "bytes/op",
            "ops/force",
            "x disk");
    for (Measurement each : report.measurements()) {
      table.row(
          each.target(),
          Integer.toString(each.callers()),
          count(each.throughput()),
          count(each.slowestSecond()),
          millis(each.latency().p50Us()),
          millis(each.latency().p99Us()),
          millis(each.latency().p999Us()),
          millis(each.latency().maxUs()),
          figure(each.cpu().totalUs()),
          figure(each.cpu().outsideUs()),
          bytes(each.storedBytesPerOperation()),
          each.operationsPerForce() == null ? NOT_MEASURED : figure(each.operationsPerForce()),
          diskRatio(each));
    }
    return table;
  }

  private String diskRatio(Measurement measurement) {
    OptionalDouble forces = report.forcesPerSecond();
    return forces.isEmpty()
        ? NOT_MEASURED
        : figure(measurement.throughput() / forces.getAsDouble());
  }

  /** How many times the throughput of a column's target a row's target has. */
  Table ratios(int callers) {
    List<String> targets = report.withCallers(callers).stream().map(Measurement::target).toList();
    List<String> headings = new ArrayList<>(List.of(callers + " callers"));
    targets.forEach(target -> headings.add("x " + target));
    var table = new Table(headings);
    for (String row : targets) {
      List<String> cells = new ArrayList<>(List.of(row));
      targets.forEach(column -> cells.add(ratio(row, column, callers)));
      table.row(cells);
    }
    return table;
  }

  private String ratio(String row, String column, int callers) {
    Optional<Measurement> of = report.measurement(row, callers);
    Optional<Measurement> to = report.measurement(column, callers);
    if (of.isEmpty() || to.isEmpty() || to.get().operations() == 0) {
      return NOT_MEASURED;
    }
    return figure(of.get().throughput() / to.get().throughput());
  }

  /** The numbers of callers with which at least two targets were measured, in order. */
  List<Integer> comparable() {
    return report.measurements().stream()
        .map(Measurement::callers)
        .distinct()
        .filter(callers -> report.withCallers(callers).size() > 1)
        .sorted()
        .toList();
  }

  /** One row for each size and placement. */
  Table disk() {
    var table = new Table("append and force", "bytes", "forces/s", "MB/s", "p50 ms", "p99 ms");
    for (DiskMeasurement each : report.disk()) {
      table.row(
          each.placement().name().toLowerCase(Locale.ROOT),
          count(each.bytes()),
          count(each.forcesPerSecond()),
          figure(each.megabytesPerSecond()),
          millis(each.p50Us()),
          millis(each.p99Us()));
    }
    return table;
  }

  private static String count(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  private static String bytes(@Nullable Double bytes) {
    return bytes == null ? NOT_MEASURED : count(bytes);
  }

  private static String millis(double micros) {
    return figure(micros / 1e3);
  }

  /** Two digits behind the point below ten, one below a hundred, none above. */
  private static String figure(double number) {
    String format = number < 9.995 ? "%.2f" : number < 99.95 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, number);
  }
}
