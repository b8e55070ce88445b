package dev.perdure.runtime.mode;

/**
 * What a step asks of the outside.
 *
 * @param dependency as the saga's code names it
 * @param question what tells it from others to the same dependency: type of the saga, and step
 * @param arguments JSON
 * @param kind what may be taken for its outcome
 */
public record Asked(
    String tenant, String dependency, String question, String arguments, Kind kind) {

  /** What may be taken for an outcome. */
  public enum Kind {
    /**
     * Nothing: the step can be undone, or asks only what became of it, or is done later already.
     */
    DONE_OR_NOT,
    /** A value. */
    VALUED,
    /** That it will be done. */
    WITHOUT_VALUE
  }
}
