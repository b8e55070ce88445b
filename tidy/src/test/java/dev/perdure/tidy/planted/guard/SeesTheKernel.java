package dev.perdure.tidy.planted.guard;

/** Breaks the rule that the guard stands alone. */
public final class SeesTheKernel {
  Object kernel = new dev.perdure.tidy.planted.kernel.SeesALibrary();
}
