package dev.perdure.cli.saga;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;
import tools.jackson.databind.JsonNode;

/** Sagas for people. What comes from a node is shown without control characters. */
final class SagaTable {

  private static final int DETAIL_LENGTH_MAX = 100;
  private static final String LIST_LINE = "%-14s  %-28s  %-12s  %-20s  %8s  %s%n";

  private final Ansi ansi;
  private final boolean plain;
  private final StringBuilder out = new StringBuilder();

  /**
   * A table.
   *
   * @param plain only ASCII
   */
  private SagaTable(Ansi ansi, boolean plain) {
    this.ansi = ansi;
    this.plain = plain;
  }

  private static SagaTable forThisTerminal() {
    boolean plain = !System.out.charset().newEncoder().canEncode('✓');
    return new SagaTable(Ansi.AUTO, plain);
  }

  /** One saga with its steps. */
  static String of(JsonNode saga) {
    SagaTable table = forThisTerminal();
    table.head(saga);
    table.steps(saga.path("steps"));
    table.foot(saga);
    return table.out.toString();
  }

  /** One line for each saga, as the admin port lists them. */
  static String list(List<JsonNode> sagas) {
    SagaTable table = forThisTerminal();
    if (sagas.isEmpty()) {
      table.out.append("no sagas\n");
      return table.out.toString();
    }
    table.add(LIST_LINE, "TYPE", "ID", "STATUS", "STEP", "ATTEMPTS", "WHY OR WHEN");
    for (JsonNode saga : sagas) {
      table.line(saga);
    }
    return table.out.toString();
  }

  private void line(JsonNode saga) {
    JsonNode step = saga.path("step");
    add(
        LIST_LINE,
        text(saga, "type"),
        text(saga, "id"),
        text(saga, "status"),
        name(step),
        text(step, "attempts"),
        shortened(why(saga, step)));
  }

  private static String why(JsonNode saga, JsonNode step) {
    if (saga.has("failure")) {
      return failure(saga.path("failure"));
    }
    if (step.has("error")) {
      return text(step, "error");
    }
    return saga.has("wake") ? "goes on at " + time(text(saga, "wake")) : "";
  }

  private void head(JsonNode saga) {
    String status = text(saga, "status");
    add(
        "%s %s  %s%s%n",
        text(saga, "type"), text(saga, "id"), colored(status, color(status)), took("  in ", saga));
    row("input", saga.path("input").toString());
    row("started", time(text(saga, "started")));
    if (saga.has("ended")) {
      row("ended", time(text(saga, "ended")));
    }
    if (saga.has("wake")) {
      row("goes on", time(text(saga, "wake")));
    }
  }

  private void steps(JsonNode steps) {
    if (steps.isEmpty()) {
      return;
    }
    int width = 4;
    for (JsonNode step : steps) {
      width = Math.max(width, name(step).length());
    }
    String line = "  %s  %-" + width + "s  %-8s  %-12s  %8s  %9s  %s%n";
    add("%n");
    add(line, " ", "STEP", "KIND", "STATE", "ATTEMPTS", "TOOK", "");
    for (JsonNode step : steps) {
      String said =
          step.has("error")
              ? text(step, "error")
              : step.has("result") ? step.path("result").toString() : "";
      add(
          line,
          mark(text(step, "state")),
          name(step),
          text(step, "kind"),
          text(step, "state"),
          text(step, "attempts"),
          took("", step),
          shortened(clean(said)));
    }
  }

  private void foot(JsonNode saga) {
    JsonNode failure = saga.path("failure");
    if (saga.has("result") || !failure.isMissingNode()) {
      add("%n");
    }
    if (saga.has("result")) {
      row("result", saga.path("result").toString());
    }
    if (!failure.isMissingNode()) {
      row(text(saga, "status").equals("parked") ? "parked" : "failure", failure(failure));
    }
    if (text(saga, "status").equals("parked")) {
      String it = text(saga, "type") + " " + text(saga, "id") + " --reason …";
      row("decide", "perdure saga retry|skip|provide|compensate " + (plain ? ascii(it) : it));
    }
  }

  private static String ascii(String text) {
    return text.replace("…", "TEXT");
  }

  private void row(String name, String value) {
    add("  %-9s%s%n", name, clean(value));
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }

  private static String failure(JsonNode failure) {
    String by = text(failure, "by");
    return text(failure, "code")
        + ": "
        + text(failure, "detail")
        + (by.isEmpty() ? "" : " (by " + by + ")");
  }

  /** A step's name, with its key where it is repeated. */
  private static String name(JsonNode step) {
    String key = text(step, "key");
    return key.isEmpty() ? text(step, "name") : text(step, "name") + "[" + key + "]";
  }

  private String mark(String state) {
    return switch (state) {
      case "done" -> colored(plain ? "+" : "✓", "green");
      case "failed" -> colored(plain ? "x" : "✗", "red");
      case "compensating" -> colored(plain ? "~" : "↺", "yellow");
      case "compensated" -> colored(plain ? "<" : "↩", "yellow");
      case "skipped" -> colored("-", "yellow");
      default -> colored(plain ? "." : "…", "cyan");
    };
  }

  private static String color(String status) {
    return switch (status) {
      case "completed" -> "green";
      case "compensating", "compensated" -> "yellow";
      case "parked" -> "red";
      default -> "cyan";
    };
  }

  private String colored(String text, String color) {
    return ansi.enabled() ? ansi.string("@|" + color + " " + text + "|@") : text;
  }

  private static String took(String before, JsonNode what) {
    try {
      Duration took =
          Duration.between(
              Instant.parse(text(what, "started")), Instant.parse(text(what, "ended")));
      return before + String.format(Locale.ROOT, "%.3f s", took.toNanos() / 1e9);
    } catch (DateTimeParseException e) {
      return ""; // it has not ended
    }
  }

  /** Without the parts of a second that nobody reads. */
  private static String time(String iso) {
    int dot = iso.indexOf('.');
    return dot < 0 ? iso : iso.substring(0, Math.min(iso.length() - 1, dot + 4)) + "Z";
  }

  private static String text(JsonNode of, String field) {
    return clean(of.path(field).asString(""));
  }

  private static String shortened(String text) {
    return text.length() <= DETAIL_LENGTH_MAX
        ? text
        : text.substring(0, DETAIL_LENGTH_MAX - 3) + "...";
  }

  /** A terminal obeys control characters; nobody who can name a saga may use that. */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c ->
                clean.appendCodePoint(
                    Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                        ? '\uFFFD'
                        : c));
    return clean.toString();
  }
}
