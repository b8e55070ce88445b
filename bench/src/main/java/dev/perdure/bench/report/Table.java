package dev.perdure.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of cells under headings: the first column to the left, the others, figures, to the right.
 */
final class Table {

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    this(List.of(headings));
  }

  Table(List<String> headings) {
    this.headings = List.copyOf(headings);
  }

  Table row(String... cells) {
    return row(List.of(cells));
  }

  Table row(List<String> cells) {
    if (cells.size() != headings.size()) {
      throw new IllegalArgumentException(
          "%d cells for %d headings: %s".formatted(cells.size(), headings.size(), cells));
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** Columns aligned by spaces. */
  String text() {
    var text = new StringBuilder();
    text.append(String.join("  ", padded(headings))).append('\n');
    rows.forEach(row -> text.append(String.join("  ", padded(row))).append('\n'));
    return text.toString();
  }

  /** As Markdown, which is aligned as well so that its source can be read. */
  String markdown() {
    List<String> rules = new ArrayList<>();
    for (int column = 0; column < headings.size(); column++) {
      rules.add("-".repeat(width(column) - 1) + (column == 0 ? "-" : ":"));
    }
    var text = new StringBuilder();
    text.append(markdown(padded(headings))).append(markdown(rules));
    rows.forEach(row -> text.append(markdown(padded(row))));
    return text.toString();
  }

  private static String markdown(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private List<String> padded(List<String> cells) {
    List<String> padded = new ArrayList<>();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(width(column) - cell.length());
      padded.add(column == 0 ? cell + padding : padding + cell);
    }
    return padded;
  }

  private int width(int column) {
    int width = Math.max(3, headings.get(column).length());
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }
}
