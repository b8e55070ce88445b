package dev.perdure.server.telemetry;

import dev.perdure.server.http.HttpFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** How full the ports are, beside their limits, read when somebody scrapes. */
final class PortMetrics implements MultiCollector {

  private final List<Supplier<HttpFigures>> ports;

  PortMetrics(List<Supplier<HttpFigures>> ports) {
    this.ports = ports;
  }

  @Override
  public MetricSnapshots collect() {
    List<HttpFigures> figures = ports.stream().map(Supplier::get).toList();
    return new MetricSnapshots(
        List.of(
            gauge(
                "perdure_http_connections", "Open connections.", figures, HttpFigures::connections),
            gauge(
                "perdure_http_connections_limit",
                "Open connections at most.",
                figures,
                HttpFigures::connectionsMax),
            gauge(
                "perdure_http_buffer_bytes",
                "Request bodies of more than 4 KiB in memory.",
                figures,
                HttpFigures::bufferBytes),
            gauge(
                "perdure_http_buffer_bytes_limit",
                "Request bodies in memory at most.",
                figures,
                HttpFigures::bufferBytesMax)));
  }

  private static MetricSnapshot gauge(
      String name, String help, List<HttpFigures> ports, ToDoubleFunction<HttpFigures> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (HttpFigures port : ports) {
      gauge.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(Labels.of("port", port.port()))
              .value(value.applyAsDouble(port))
              .build());
    }
    return gauge.build();
  }
}
