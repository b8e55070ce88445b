package dev.perdure.example.cascade;

import dev.perdure.example.cascade.Canvas.Anchor;
import dev.perdure.example.cascade.Canvas.Pen;
import dev.perdure.example.cascade.Canvas.Point;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * A run of all stacks as a figure: above the goodput, below what reached the ill service, over the
 * same time, with the time of the fault shaded. Colours are Okabe and Ito's, which colour-blind
 * people can tell apart, and each stack has its own dashes.
 */
final class Plot {
  private static final double WIDTH = 860;
  private static final double HEIGHT = 560;
  private static final double LEFT = 74;
  private static final double RIGHT = 24;
  private static final double PANEL = 196;
  private static final double TOP = 76;
  private static final double GAP = 34;

  private static final String SHADE = "#ececec";
  private static final String GRID = "#d4d4d4";
  private static final String AXIS = "#555555";
  private static final List<Pen> PENS =
      List.of(
          new Pen("#d55e00", 2, List.of(7f, 3f)),
          new Pen("#0072b2", 2, List.of(2f, 2.5f)),
          new Pen("#009e73", 2.6, List.of()));

  private static final Pen ONE = new Pen(AXIS, 1, List.of(1f, 3f));

  private final Report report;
  private final double seconds;

  Plot(Report report) {
    this.report = report;
    Report.Settings settings = report.settings();
    this.seconds = settings.calm() + settings.ill() + settings.after();
  }

  /**
   * Writes {@code cascade-SHAPE-FAULT.svg} and {@code .png}.
   *
   * @return the files
   */
  List<Path> write(Path folder) throws IOException {
    Files.createDirectories(folder);
    String name = "cascade-" + report.shape() + "-" + report.fault();
    Path svg = folder.resolve(name + ".svg");
    Path png = folder.resolve(name + ".png");
    Files.writeString(svg, svg());
    try (OutputStream out = Files.newOutputStream(png)) {
      ImageCanvas canvas = new ImageCanvas(WIDTH, HEIGHT);
      draw(canvas);
      canvas.png(out);
    }
    return List.of(svg, png);
  }

  String svg() {
    SvgCanvas canvas = new SvgCanvas(WIDTH, HEIGHT, title() + ": " + subtitle());
    draw(canvas);
    return canvas.document();
  }

  private String title() {
    return report.shape().drawn() + ", and " + illness();
  }

  private String illness() {
    return Shape.PATIENT + " " + report.fault().verb();
  }

  private String subtitle() {
    return String.format(
        Locale.ROOT,
        "%d calls a second; %s from %.0f s to %.0f s",
        report.settings().rate(),
        illness(),
        report.settings().calm(),
        report.settings().calm() + report.settings().ill());
  }

  private void draw(Canvas canvas) {
    canvas.rectangle(new Point(0, 0), WIDTH, HEIGHT, "#ffffff");
    canvas.text(new Point(LEFT, 26), title(), Canvas.Type.plain(Anchor.START).bold(16));
    canvas.text(new Point(LEFT, 46), subtitle(), Canvas.Type.plain(Anchor.START));
    legend(canvas);
    double rate = report.settings().rate();
    panel(
        canvas,
        new Panel(
            TOP,
            "Answered well, per second",
            linear(rate * 1.1),
            steps(rate),
            figures -> figures.curves().goodput()));
    double most = Math.max(rate, most());
    Panel load =
        new Panel(
            TOP + PANEL + GAP,
            "Requests to " + Shape.PATIENT + ", per second",
            logarithmic(most * 1.3),
            decades(most),
            figures -> figures.curves().load());
    panel(canvas, load);
    double one = load.y(rate);
    canvas.line(new Point(LEFT, one), new Point(WIDTH - RIGHT, one), ONE);
    Canvas.Type note = new Canvas.Type(AXIS, 11, Anchor.START, false, false);
    canvas.text(new Point(LEFT + 8, one - 7), "one for each call", note);
    time(canvas, TOP + 2 * PANEL + GAP);
  }

  private void legend(Canvas canvas) {
    double x = WIDTH - RIGHT - 340;
    for (int i = 0; i < report.stacks().size(); i++) {
      String name = report.stacks().get(i).stack();
      canvas.line(new Point(x, 42), new Point(x + 30, 42), PENS.get(i));
      canvas.text(new Point(x + 36, 46), name, Canvas.Type.plain(Anchor.START));
      x += 56 + 7.4 * name.length();
    }
  }

  /**
   * One of the two parts.
   *
   * @param top where it begins
   * @param label of its vertical axis
   * @param scale from a value to its height above the ground, from 0 to 1
   * @param ticks values that are written at the axis
   */
  private record Panel(
      double top,
      String label,
      DoubleUnaryOperator scale,
      List<Integer> ticks,
      Function<Figures, double[]> values) {
    double y(double value) {
      return top + PANEL - PANEL * Math.min(1, scale.applyAsDouble(value));
    }
  }

  private void panel(Canvas canvas, Panel panel) {
    double from = x(report.settings().calm());
    double to = x(report.settings().calm() + report.settings().ill());
    canvas.rectangle(new Point(from, panel.top()), to - from, PANEL, SHADE);
    if (panel.top() == TOP) {
      Canvas.Type type = new Canvas.Type(AXIS, 11, Anchor.MIDDLE, false, false);
      canvas.text(new Point((from + to) / 2, panel.top() - 6), illness(), type);
    }
    for (int tick : panel.ticks()) {
      double y = panel.y(tick);
      canvas.line(new Point(LEFT, y), new Point(WIDTH - RIGHT, y), Pen.thin(GRID));
      String text = String.format(Locale.ROOT, "%,d", tick);
      canvas.text(new Point(LEFT - 8, y + 4), text, Canvas.Type.plain(Anchor.END));
    }
    canvas.line(new Point(LEFT, panel.top()), new Point(LEFT, panel.top() + PANEL), Pen.thin(AXIS));
    canvas.text(
        new Point(22, panel.top() + PANEL / 2),
        panel.label(),
        Canvas.Type.plain(Anchor.MIDDLE).turned());
    // The widest first and without gaps, so that what it covers shows through the gaps of the
    // others.
    for (int i = report.stacks().size() - 1; i >= 0; i--) {
      Figures figures = report.stacks().get(i);
      canvas.curve(points(panel, figures), PENS.get(i), figures.stack());
    }
  }

  /** A bin's value stands at its middle. */
  private List<Point> points(Panel panel, Figures figures) {
    double[] values = panel.values().apply(figures);
    double bin = figures.curves().binSeconds();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      points.add(new Point(x((i + 0.5) * bin), panel.y(values[i])));
    }
    return points;
  }

  private void time(Canvas canvas, double y) {
    canvas.line(new Point(LEFT, y), new Point(WIDTH - RIGHT, y), Pen.thin(AXIS));
    int step = seconds <= 12 ? 1 : seconds <= 60 ? 5 : 20;
    for (int second = 0; second <= seconds; second += step) {
      canvas.line(new Point(x(second), y), new Point(x(second), y + 5), Pen.thin(AXIS));
      canvas.text(
          new Point(x(second), y + 20), String.valueOf(second), Canvas.Type.plain(Anchor.MIDDLE));
    }
    canvas.text(
        new Point((LEFT + WIDTH - RIGHT) / 2, y + 40), "seconds", Canvas.Type.plain(Anchor.MIDDLE));
  }

  private double x(double second) {
    return LEFT + (WIDTH - LEFT - RIGHT) * second / seconds;
  }

  private double most() {
    return report.stacks().stream()
        .flatMapToDouble(figures -> Arrays.stream(figures.curves().load()))
        .max()
        .orElse(1);
  }

  private static DoubleUnaryOperator linear(double max) {
    return value -> value / max;
  }

  /** Logarithmic from about one on, so that nothing has a place too. */
  private static DoubleUnaryOperator logarithmic(double max) {
    return value -> Math.log1p(value) / Math.log1p(max);
  }

  /** About five round numbers up to a value. */
  private static List<Integer> steps(double max) {
    int decade = 1;
    while (max / decade > 50) {
      decade *= 10;
    }
    double all = max / decade;
    int step = decade * (all <= 5 ? 1 : all <= 10 ? 2 : all <= 25 ? 5 : 10);
    List<Integer> ticks = new ArrayList<>();
    for (int tick = 0; tick <= max; tick += step) {
      ticks.add(tick);
    }
    return ticks;
  }

  /** Nothing, one, ten, a hundred … */
  private static List<Integer> decades(double max) {
    List<Integer> ticks = new ArrayList<>(List.of(0));
    for (int tick = 1; tick <= max * 1.3; tick *= 10) {
      ticks.add(tick);
    }
    return ticks;
  }
}
