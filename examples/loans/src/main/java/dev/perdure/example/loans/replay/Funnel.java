package dev.perdure.example.loans.replay;

import dev.perdure.example.loans.OfferStatus;
import dev.perdure.example.loans.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How many applications came how far, what became of offers and of work. */
public final class Funnel {

  private static final int BAR_MAX = 30;

  private Funnel() {}

  /**
   * A row of the funnel.
   *
   * @param count how many came here
   * @param of how many the bar is measured by
   */
  public record Row(String name, long count, long of) {

    double share() {
      return of == 0 ? 0 : (double) count / of;
    }

    private String line() {
      String bar = "█".repeat((int) Math.round(share() * BAR_MAX));
      return String.format(
              Locale.ROOT, "  %-34s %,9d  %5.1f %%  %s", name, count, share() * 100, bar)
          .stripTrailing();
    }
  }

  /** Applications by the stages that they came to, and by what they ended with. */
  public static List<Row> applications(NodeFigures node) {
    long all = node.get("applications");
    List<Row> rows = new ArrayList<>();
    for (Stage stage :
        List.of(
            Stage.SUBMITTED,
            Stage.PARTLY_SUBMITTED,
            Stage.PREACCEPTED,
            Stage.ACCEPTED,
            Stage.FINALIZED)) {
      rows.add(new Row(words(stage.text()), node.get("stage " + stage.text()), all));
    }
    rows.add(new Row("approved", node.get("outcome approved"), all));
    rows.add(new Row("declined", node.get("outcome declined"), all));
    rows.add(new Row("cancelled", node.get("outcome cancelled"), all));
    rows.add(new Row("still open", node.get("outcome open"), all));
    return rows;
  }

  /** Offers by what they came to. */
  public static List<Row> offers(NodeFigures node) {
    long all = node.get("offers selected");
    List<Row> rows = new ArrayList<>();
    for (OfferStatus status : OfferStatus.values()) {
      rows.add(new Row(words(status.text()), node.get("offers " + status.text()), all));
    }
    rows.add(new Row("still open", node.get("offers open"), all));
    return rows;
  }

  /** Work by item, the most worked on first: how often somebody did it. */
  public static List<Row> work(NodeFigures node) {
    long all = node.get("work completed");
    String prefix = "completed ";
    return node.all().entrySet().stream()
        .filter(one -> one.getKey().startsWith(prefix))
        .map(one -> new Row(one.getKey().substring(prefix.length()), one.getValue(), all))
        .sorted((left, right) -> Long.compare(right.count(), left.count()))
        .toList();
  }

  private static String words(String name) {
    return name.replace('-', ' ');
  }

  /** All of it for people. */
  public static String table(NodeFigures node) {
    StringBuilder out = new StringBuilder();
    part(out, "Applications", applications(node));
    part(out, "Offers", offers(node));
    part(out, "Work done", work(node));
    return out.toString();
  }

  private static void part(StringBuilder out, String title, List<Row> rows) {
    out.append(title).append('\n');
    rows.forEach(row -> out.append(row.line()).append('\n'));
    out.append('\n');
  }
}
