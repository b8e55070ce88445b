package dev.perdure.runtime.cluster;

import java.io.IOException;
import java.io.Serial;

/** Why slots can never arrive, however often it is tried. */
final class EndsMoveException extends IOException {

  @Serial private static final long serialVersionUID = 1;

  EndsMoveException(String why) {
    super(why);
  }
}
