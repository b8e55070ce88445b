package dev.perdure.server.anomaly;

/** What is looked at together. */
public enum Figure {
  COMMANDS("commands a second", 5),
  REFUSED("requests refused a second", 2),
  FAILED("commands failed a second", 2),
  COMMAND_P99("ms that one command in a hundred takes", 20),
  FORCE("ms to force a log", 10),
  QUEUE("ms that what waits has to wait", 20),
  PAUSES("ms a second that the process stands still", 20),
  HEAP("MiB of heap after a collection", 64),
  DESCRIPTORS("file descriptors", 50),
  THREADS("threads", 20);

  private final String text;
  private final double notable;

  Figure(String text, double notable) {
    this.text = text;
    this.notable = notable;
  }

  /** In words, with its unit. */
  public String text() {
    return text;
  }

  /**
   * On a scale on which half as much and twice as much are equally far; below what is notable, all
   * is nearly the same.
   */
  double scaled(double value) {
    return Math.log1p(Math.max(0, value) / notable);
  }

  /** The value at a place of that scale. */
  double value(double scaled) {
    return Math.expm1(scaled) * notable;
  }
}
