package dev.perdure.bench.report;

import dev.perdure.bench.load.Measurement;
import dev.perdure.bench.report.Outcome.Failed;
import dev.perdure.bench.report.Outcome.Measured;
import dev.perdure.bench.report.Outcome.Skipped;
import java.util.List;

/** A report as a person reads it in a terminal. */
public final class TextReport {

  private TextReport() {}

  public static String of(Report report) {
    var figures = new Figures(report);
    var text = new StringBuilder();
    text.append(report.workload()).append('\n');
    text.append(report.date()).append(", ").append(report.machine().line()).append("\n\n");
    if (!report.machine().onDisk()) {
      text.append(
          "These figures are void: the data was in memory (%s), where a force costs nothing.\n\n"
              .formatted(report.machine().fileSystem()));
    }
    text.append(figures.targets().text());
    for (int callers : figures.comparable()) {
      text.append('\n').append(figures.ratios(callers).text());
    }
    if (!report.disk().isEmpty()) {
      text.append('\n').append(figures.disk().text());
    }
    text.append('\n');
    remarks(report).forEach(remark -> text.append(remark).append('\n'));
    return text.toString();
  }

  /** What the figures do not say: durability, what was skipped, what failed. */
  static List<String> remarks(Report report) {
    return report.outcomes().stream().map(TextReport::remark).toList();
  }

  private static String remark(Outcome outcome) {
    return switch (outcome) {
      case Measured measured -> measured(measured);
      case Skipped skipped -> skipped.target() + ": skipped: " + skipped.reason();
      case Failed failed -> failed.target() + ": FAILED: " + failed.reason();
    };
  }

  private static String measured(Measured measured) {
    String remark = measured.target() + ": when it answers, " + measured.durability() + ".";
    for (Measurement each : measured.measurements()) {
      if (each.failures() > 0) {
        remark +=
            " With %d callers %,d operations FAILED, the first: %s"
                .formatted(each.callers(), each.failures(), each.firstFailure());
      }
    }
    return remark;
  }
}
