package dev.perdure.bench.load;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What libraries log while they are measured. */
public final class Logs {

  private Logs() {}

  /**
   * Nothing below a warning: a library that logs its statements or batches is measured with the
   * cost of its log, which with the logger's own default, everything, is most of the time.
   */
  public static void warningsOnly() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      for (var logger : context.getLoggerList()) {
        boolean root = logger.getName().equals(Logger.ROOT_LOGGER_NAME);
        logger.setLevel(root ? Level.WARN : null);
      }
    }
  }
}
