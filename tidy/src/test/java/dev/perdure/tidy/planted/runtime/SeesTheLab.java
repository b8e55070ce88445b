package dev.perdure.tidy.planted.runtime;

/** Breaks the rule that production never sees what proves it. */
public final class SeesTheLab {
  Object lab = new dev.perdure.tidy.planted.lab.Experiment();
}
