package dev.perdure.example.cascade;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A sheet as SVG: text stays text, and a curve is a polyline with the name of what it is of. */
final class SvgCanvas implements Canvas {
  private final StringBuilder out = new StringBuilder();

  /**
   * An empty sheet.
   *
   * @param title what the figure is, for those who cannot see it
   */
  SvgCanvas(double width, double height, String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\""
            + " height=\"%.0f\" role=\"img\" aria-labelledby=\"t\""
            + " font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\">%n",
        width, height, width, height);
    add("  <title id=\"t\">%s</title>%n", escaped(title));
  }

  @Override
  public void rectangle(Point corner, double width, double height, String colour) {
    add(
        "  <rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
        corner.x(), corner.y(), width, height, colour);
  }

  @Override
  public void line(Point from, Point to, Pen pen) {
    add(
        "  <line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"%s/>%n",
        from.x(), from.y(), to.x(), to.y(), stroke(pen));
  }

  @Override
  public void curve(List<Point> points, Pen pen, String name) {
    add(
        "  <polyline class=\"curve\" data-name=\"%s\" fill=\"none\" stroke-linejoin=\"round\"%s"
            + " points=\"%s\"/>%n",
        escaped(name),
        stroke(pen),
        points.stream()
            .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", point.x(), point.y()))
            .collect(Collectors.joining(" ")));
  }

  @Override
  public void text(Point at, String text, Type type) {
    String turned =
        type.upwards()
            ? String.format(Locale.ROOT, " transform=\"rotate(-90 %.1f %.1f)\"", at.x(), at.y())
            : "";
    add(
        "  <text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" fill=\"%s\" text-anchor=\"%s\"%s%s>%s"
            + "</text>%n",
        at.x(),
        at.y(),
        type.size(),
        type.colour(),
        type.anchor().name().toLowerCase(Locale.ROOT),
        type.bold() ? " font-weight=\"bold\"" : "",
        turned,
        escaped(text));
  }

  private static String stroke(Pen pen) {
    String dashes =
        pen.dashes().isEmpty()
            ? ""
            : pen.dashes().stream()
                .map(String::valueOf)
                .collect(Collectors.joining(" ", " stroke-dasharray=\"", "\""));
    return String.format(
        Locale.ROOT, " stroke=\"%s\" stroke-width=\"%.1f\"%s", pen.colour(), pen.width(), dashes);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }

  /** The whole document. */
  String document() {
    return out + "</svg>\n";
  }
}
