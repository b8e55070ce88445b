package dev.perdure.runtime.mode;

import java.util.Locale;

/** What a node can do as a whole; later ones can do less. */
public enum Mode {
  /** Everything that was declared. */
  NORMAL,
  /** Some capabilities are degraded, as declared. */
  BROWNOUT,
  /** Nothing outside can be reached; what is here goes on. */
  ISLAND,
  /** Nothing can be written. */
  READ_ONLY,
  /** It is being stopped. */
  DRAINING;

  /** As in headers, metrics and commands. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
