package dev.perdure.server.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.Keys.LogFormat;
import dev.perdure.server.config.Keys.LogLevel;
import dev.perdure.server.config.ServerConfig;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * The log of a process that is nothing but a node, on standard error. An embedding program keeps
 * its own: {@link dev.perdure.server.Perdure#start} does not call this.
 */
public final class Logs {

  private static final String PATTERN =
      "%d{HH:mm:ss.SSS} %-5level %-24.24logger{0} %msg%replace( [%X]){' \\[\\]', ''}%n%xEx";

  /**
   * Libraries that tell of every step of their own start, and one that would write a stack trace
   * for every peer that goes away within a request: whoever reaches the port could fill the disk.
   */
  private static final Map<String, Level> QUIET =
      Map.of(
          "org.apache.ratis", Level.WARN,
          "org.apache.ratis.util.JvmPauseMonitor", Level.ERROR,
          "org.apache.ratis.grpc", Level.ERROR,
          "org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogWorker", Level.ERROR,
          "io.helidon", Level.WARN,
          "io.helidon.webserver.LoomServer", Level.OFF,
          "io.helidon.webserver.http1.Http1Connection", Level.ERROR,
          "io.prometheus", Level.WARN,
          "org.rocksdb", Level.WARN);

  private Logs() {}

  /** Sets the log up as configured. */
  public static void install(ServerConfig config) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      configure(context, config.get(Keys.LOG_LEVEL), json(config.get(Keys.LOG_FORMAT)));
    }
  }

  static void configure(LoggerContext context, LogLevel level, boolean json) {
    context.reset();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(json ? jsonEncoder(context) : textEncoder(context));
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.valueOf(level.name()));
    root.addAppender(appender);
    boolean verbose = level == LogLevel.DEBUG || level == LogLevel.TRACE;
    if (!verbose) {
      QUIET.forEach((name, quiet) -> context.getLogger(name).setLevel(quiet));
    }
  }

  private static Encoder<ILoggingEvent> jsonEncoder(LoggerContext context) {
    JsonLines encoder = new JsonLines();
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> textEncoder(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }

  private static boolean json(LogFormat format) {
    return switch (format) {
      case JSON -> true;
      case TEXT -> false;
      case AUTO -> !terminal();
    };
  }

  /** True if standard error is a terminal, as far as the system tells. */
  private static boolean terminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
  }
}
