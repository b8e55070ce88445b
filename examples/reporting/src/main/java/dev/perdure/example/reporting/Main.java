package dev.perdure.example.reporting;

import dev.perdure.server.Perdure;
import dev.perdure.server.config.ServerConfig;
import java.util.List;

/** The reporting ledger as a program of its own. */
public final class Main {

  private Main() {}

  /** Serves accounts; configured by the environment, {@code PERDURE_API_PORT} and the like. */
  public static void main(String[] arguments) {
    ServerConfig config =
        ServerConfig.load(new ServerConfig.Sources(null, System.getenv(), List.of()));
    try (Perdure perdure = Perdure.start(config, new ReportingService())) {
      perdure.awaitShutdown();
    }
  }
}
