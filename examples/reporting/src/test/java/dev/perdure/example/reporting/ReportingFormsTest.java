package dev.perdure.example.reporting;

import dev.perdure.api.Service;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.testkit.degraded.DegradedForms;
import dev.perdure.testkit.degraded.Door;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every degraded form that the reporting ledger declares; neither PostgreSQL nor Kafka is asked.
 */
class ReportingFormsTest {

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> degradedForms() {
    return DegradedForms.of(new ReportingService(Map.of()), folder, ReportingFormsTest::open);
  }

  private static Door.Opened open(Service service, Path data) {
    Perdure node =
        Perdure.start(
            ServerConfig.defaults()
                .with(Keys.DATA_DIR, data)
                .with(Keys.API_PORT, 0)
                .with(Keys.ADMIN_PORT, 0),
            service);
    return new Door.Opened(
        URI.create("http://127.0.0.1:" + node.apiPort()),
        URI.create("http://127.0.0.1:" + node.adminPort()),
        node);
  }
}
