package dev.perdure.example.cascade;

import java.util.List;

/**
 * What a figure is drawn on: a sheet of so many units, the first corner at the upper left. Two
 * kinds, so that one drawing gives the same figure as SVG and as PNG. Belongs to one thread.
 */
interface Canvas {

  /** A place on the sheet. */
  record Point(double x, double y) {}

  /**
   * How a line is drawn.
   *
   * @param colour as {@code #rrggbb}
   * @param dashes lengths of strokes and gaps in turn; empty for a line without gaps
   */
  record Pen(String colour, double width, List<Float> dashes) {
    static Pen thin(String colour) {
      return new Pen(colour, 1, List.of());
    }
  }

  /** Where a text lies in relation to its place. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /**
   * How a text is drawn.
   *
   * @param upwards turned to the left by a right angle
   */
  record Type(String colour, double size, Anchor anchor, boolean bold, boolean upwards) {
    static Type plain(Anchor anchor) {
      return new Type("#333333", 12, anchor, false, false);
    }

    Type bold(double other) {
      return new Type(colour, other, anchor, true, upwards);
    }

    Type turned() {
      return new Type(colour, size, anchor, bold, true);
    }
  }

  /** A filled rectangle. */
  void rectangle(Point corner, double width, double height, String colour);

  /** A straight line. */
  void line(Point from, Point to, Pen pen);

  /** The curve of something that has a name. */
  void curve(List<Point> points, Pen pen, String name);

  /** One line of text. */
  void text(Point at, String text, Type type);
}
