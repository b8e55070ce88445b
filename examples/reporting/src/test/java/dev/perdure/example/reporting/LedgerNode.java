package dev.perdure.example.reporting;

import dev.perdure.example.ledger.LedgerService;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.ServerConfig;
import java.util.List;

/** The reporting ledger as a program that writes rows and no messages: it needs no broker. */
final class LedgerNode {

  private LedgerNode() {}

  public static void main(String[] arguments) {
    ServerConfig config =
        ServerConfig.load(new ServerConfig.Sources(null, System.getenv(), List.of()));
    ReportingService service =
        new ReportingService(
            new LedgerService(), List.of(ReportingService.projection(System.getenv())));
    try (Perdure perdure = Perdure.start(config, service)) {
      perdure.awaitShutdown();
    }
  }
}
