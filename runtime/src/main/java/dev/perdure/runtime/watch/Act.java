package dev.perdure.runtime.watch;

/** What a node does while a sign stands; it ends with the sign. */
public enum Act {
  /** Its mode is brownout at least: optional capabilities are degraded as declared. */
  BROWNOUT("brownout"),
  /** Others lead, where another can. */
  LEAD_ELSEWHERE("lead-elsewhere"),
  /** What it is elected to lead it does not begin to lead. */
  REFUSE_TO_LEAD("refuse-to-lead");

  private final String text;

  Act(String text) {
    this.text = text;
  }

  /** As in metrics and documents. */
  public String text() {
    return text;
  }
}
