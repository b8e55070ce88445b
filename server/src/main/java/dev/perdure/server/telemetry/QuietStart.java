package dev.perdure.server.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.perdure.server.config.Keys.LogLevel;

/**
 * What Logback starts with in a program that configures no log of its own: warnings and errors, on
 * standard error. Left alone, Logback would print every step of every library on standard output.
 * Found by Logback, and last of all: a configuration file or another configurator of the program's
 * goes first.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK)
public final class QuietStart extends ContextAwareBase implements Configurator {

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    DefaultJoranConfigurator files = new DefaultJoranConfigurator();
    files.setContext(context);
    return otherwise(context, files.configure(context));
  }

  /**
   * Sets the log up if no file did.
   *
   * @param byFile what came of looking for one
   */
  static ExecutionStatus otherwise(LoggerContext context, ExecutionStatus byFile) {
    if (byFile == ExecutionStatus.INVOKE_NEXT_IF_ANY) {
      Logs.configure(context, LogLevel.WARN, false);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
