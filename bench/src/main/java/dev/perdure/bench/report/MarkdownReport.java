package dev.perdure.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A report as the part of a document between two marks; the rest of the document stays as it is.
 */
public final class MarkdownReport {

  static final String BEGIN = "<!-- entities: begin (written by ./perdure bench entities) -->";
  static final String END = "<!-- entities: end -->";

  private MarkdownReport() {}

  /**
   * Replaces what is between the marks.
   *
   * @throws IOException when the document cannot be read or written, or does not have both marks
   */
  public static void update(Path document, Report report) throws IOException {
    String text = Files.readString(document);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END, Math.max(begin, 0));
    if (begin < 0 || end < 0) {
      throw new IOException("%s does not have the lines\n%s\n%s".formatted(document, BEGIN, END));
    }
    Files.writeString(
        document,
        text.substring(0, begin + BEGIN.length()) + "\n" + of(report) + text.substring(end));
  }

  static String of(Report report) {
    var figures = new Figures(report);
    var text = new StringBuilder("\n");
    text.append(report.workload()).append("\n\n");
    text.append("- Date: ").append(report.date()).append('\n');
    text.append("- Machine: ").append(report.machine().line()).append('\n');
    text.append("- Repeat: `").append(report.command()).append("`\n\n");
    text.append(figures.targets().markdown());
    if (!figures.comparable().isEmpty()) {
      text.append("\nThroughput of a row's target as a multiple of a column's:\n");
    }
    for (int callers : figures.comparable()) {
      text.append('\n').append(figures.ratios(callers).markdown());
    }
    if (!report.disk().isEmpty()) {
      text.append("\nThe disk's own limit, one thread:\n\n").append(figures.disk().markdown());
    }
    text.append('\n');
    TextReport.remarks(report).forEach(remark -> text.append("- ").append(remark).append('\n'));
    return text.append('\n').toString();
  }
}
