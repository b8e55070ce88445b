package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Clock;
import dev.perdure.server.admission.Gate;
import dev.perdure.server.anomaly.Figure;
import dev.perdure.server.anomaly.Latencies;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What anomalies look for in, on a real node. */
class NodeFiguresTest {

  @TempDir private Path directory;

  @Test
  void areThoseOfTheNode() throws Exception {
    ServerConfig config =
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, directory.resolve("data"))
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0);
    Gate gate = new Gate(Settings.gate(config), Clock.system());
    try (Perdure node = Perdure.start(config, new ModesTest.Counters())) {
      NodeFigures figures = new NodeFigures(node.node(), gate, new Latencies((exchange, ns) -> {}));
      Map<Figure, Double> idle = figures.get();
      assertThat(idle.get(Figure.COMMANDS)).isZero();
      assertThat(idle.get(Figure.DESCRIPTORS)).isGreaterThan(10);
      assertThat(idle.get(Figure.THREADS)).isGreaterThan(5);
      for (int i = 0; i < 5; i++) {
        add(node);
      }
      Map<Figure, Double> used = figures.get();
      assertThat(used.get(Figure.COMMANDS)).isPositive();
      assertThat(used.get(Figure.FORCE)).isPositive();
      assertThat(used.get(Figure.FAILED)).isZero();
      assertThat(figures.get().get(Figure.COMMANDS)).isZero();
    }
  }

  private static void add(Perdure node) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:" + node.apiPort() + "/v1/entities/counter/a/add"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"value\":1}"))
                    .build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }
}
