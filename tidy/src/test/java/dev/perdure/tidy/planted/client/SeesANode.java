package dev.perdure.tidy.planted.client;

/** Breaks the rule that the client sees nothing of a node. */
public final class SeesANode {
  Object kernel = new dev.perdure.tidy.planted.kernel.SeesALibrary();
}
