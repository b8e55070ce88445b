package dev.perdure.testkit.check;

/**
 * A promise that a run did not keep.
 *
 * @param about an entity or operation, to look for in the trace
 */
public record Violation(Checker checker, String about, String detail) {}
