package dev.perdure.tidy.planted.connect;

/** Breaks the rule that a connection sees only the api. */
public final class SeesTheNode {
  Object node = new dev.perdure.tidy.planted.runtime.SeesTheLab();
}
