package dev.perdure.runtime.mode;

/**
 * What a step asks of the outside.
 *
 * @param dependency as the saga's code names it
 * @param arguments canonical JSON
 * @param mayDegrade false if nothing may be taken for its outcome: the step can be undone
 */
public record Asked(String tenant, String dependency, String arguments, boolean mayDegrade) {}
