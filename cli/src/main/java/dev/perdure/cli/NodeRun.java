package dev.perdure.cli;

import dev.perdure.api.Service;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.StartException;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.systemd.Supervisor;
import dev.perdure.server.telemetry.Logs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node in the foreground, with what the command line says of it.
 *
 * @param file configuration file; null for the usual places
 * @param sets configuration keys as {@code key=value}
 */
record NodeRun(@Nullable Path file, List<String> sets) {

  private static final String CONFIG = "--config";
  private static final String SET = "--set";

  /** Options with a value, and the configuration key that each is. */
  private static final Map<String, String> VALUES =
      Map.of(
          "--data", "data.dir",
          "--api-port", "api.port",
          "--admin-port", "admin.port",
          "--services", "services",
          "--node-address", "cluster.address",
          "--join", "cluster.join");

  /** Options without a value, and the configuration key that each switches on. */
  private static final Map<String, String> SWITCHES =
      Map.of(
          "--insecure",
          "insecure",
          "--accept-clock",
          "clock.accept",
          "--cluster",
          "cluster.enabled");

  /**
   * Reads a plain command line: known options, each with its value.
   *
   * @param args begins with {@code run}
   * @return null if it is anything else, a call for help or a mistake among them: that is for
   *     {@link RunCommand} to answer
   */
  static @Nullable NodeRun parse(String... args) {
    Path file = null;
    List<String> sets = new ArrayList<>();
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 1; i < args.length; i++) {
      String option = args[i];
      String value = null;
      int equals = option.indexOf('=');
      if (equals > 0) {
        value = option.substring(equals + 1);
        option = option.substring(0, equals);
      }
      String key = SWITCHES.get(option);
      if (key != null && value == null) {
        value = "true";
      } else {
        key = VALUES.get(option);
        if (value == null && i + 1 < args.length && !args[i + 1].startsWith("-")) {
          value = args[++i];
        }
      }
      if (value == null || value.isEmpty() || isQuoted(value)) {
        return null;
      }
      if (option.equals(SET)) {
        sets.add(value);
      } else if (option.equals(CONFIG) && file == null) {
        file = Path.of(value);
      } else if (key == null || named.put(key, value) != null) {
        return null;
      }
    }
    // Last, because what an option says is stronger than --set.
    named.forEach((key, value) -> sets.add(key + "=" + value));
    return new NodeRun(file, sets);
  }

  private static boolean isQuoted(String value) {
    return value.startsWith("\"") || value.startsWith("'");
  }

  /** Runs until a signal; the exit code. */
  int execute() {
    ServerConfig config = ConfigSource.load(ConfigSource.file(file), sets);
    Logs.install(config);
    try (Supervisor systemd = Supervisor.connect(System.getenv(), Clock.system());
        Perdure node = start(config)) {
      if (systemd != null) {
        systemd.watch(node.view());
      }
      node.awaitShutdown();
      return Exit.DONE;
    } catch (StartException e) {
      throw new CommandException(Exit.FAILED, String.valueOf(e.getMessage()));
    }
  }

  /** A node with the services that the configuration names; says where it can be reached. */
  static Perdure start(ServerConfig config) {
    List<Path> services = config.get(Keys.SERVICES);
    List<Service> own = Services.examples(services);
    ServerConfig others = config.with(Keys.SERVICES, Services.jars(services));
    if (services.isEmpty()) {
      System.err.println(
          "perdure: serving the bundled ledger example, since --services names no other");
    }
    Perdure node = Perdure.start(others, own);
    say(config, node);
    return node;
  }

  private static void say(ServerConfig config, Perdure node) {
    System.err.println(
        "perdure: API http://"
            + config.get(Keys.API_HOST)
            + ":"
            + node.apiPort()
            + ", admin http://"
            + config.get(Keys.ADMIN_HOST)
            + ":"
            + node.adminPort()
            + ", data "
            + config.get(Keys.DATA_DIR).toAbsolutePath().normalize());
  }
}
