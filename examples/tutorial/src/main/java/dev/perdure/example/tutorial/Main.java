package dev.perdure.example.tutorial;

import dev.perdure.server.Perdure;
import dev.perdure.server.config.ServerConfig;
import java.util.List;

/** The box office as a program of its own. */
// docs: main
public final class Main {

  private Main() {}

  /** Serves shows; configured by the environment, {@code PERDURE_API_PORT} and the like. */
  public static void main(String[] arguments) {
    ServerConfig config =
        ServerConfig.load(new ServerConfig.Sources(null, System.getenv(), List.of()));
    try (Perdure perdure = Perdure.start(config, new BoxOffice())) {
      perdure.awaitShutdown();
    }
  }
}
// docs: end
