package dev.perdure.connect.webhook;

import java.time.Instant;

/** The machine's clock: receivers take only what was signed minutes ago at most. */
final class WallClock {

  private WallClock() {}

  static Instant now() {
    return Instant.now();
  }
}
