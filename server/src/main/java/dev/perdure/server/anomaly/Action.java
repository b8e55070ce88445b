package dev.perdure.server.anomaly;

/** What may be done while figures are unusual, if it was configured. */
public enum Action {
  /** The node's mode is brownout at least: optional capabilities are degraded as declared. */
  BROWNOUT("brownout"),
  /** The figures and what every thread does are written to a file, once. */
  DIAGNOSTICS("diagnostics");

  private final String text;

  Action(String text) {
    this.text = text;
  }

  /** As in configuration, metrics and documents. */
  public String text() {
    return text;
  }
}
