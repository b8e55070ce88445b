package dev.perdure.tidy.planted.client;

/** Breaks the rule that only services use connections. */
public final class SeesConnect {
  Object connection = new dev.perdure.tidy.planted.connect.SeesTheNode();
}
