package dev.perdure.server.telemetry;

import dev.perdure.server.admission.GateFigures;
import dev.perdure.server.http.HttpFigures;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Every metric of a node, and how they are written. Each node has its own registry. */
public final class Metrics {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final HttpMetrics http = new HttpMetrics(registry);
  private final NodeView node;
  private final Supplier<GateFigures> gate;
  private final List<Supplier<HttpFigures>> ports = new CopyOnWriteArrayList<>();
  private final AtomicBoolean complete = new AtomicBoolean();

  /**
   * The metrics of a node.
   *
   * @param gate how admission stands
   */
  public Metrics(NodeView node, Supplier<GateFigures> gate) {
    this.node = node;
    this.gate = gate;
  }

  /** Says how full a port is. */
  public void port(Supplier<HttpFigures> figures) {
    ports.add(figures);
  }

  /** Counts requests. */
  public HttpMetrics http() {
    return http;
  }

  /**
   * A page of metrics.
   *
   * @param contentType of the body
   */
  public record Page(String contentType, byte[] body) {}

  /**
   * Writes all metrics.
   *
   * @param accept what the scraper reads; null for the plain text format of Prometheus
   */
  public Page scrape(@Nullable String accept) throws IOException {
    completeOnce();
    ExpositionFormatWriter writer = ExpositionFormats.init().findWriter(accept);
    ByteArrayOutputStream out = new ByteArrayOutputStream(16_384);
    writer.write(out, registry.scrape());
    return new Page(writer.getContentType(), out.toByteArray());
  }

  /** What nobody needs before the first scrape is registered then: the start stays short. */
  private void completeOnce() {
    if (!complete.compareAndSet(false, true)) {
      return;
    }
    registry.register(new ShardMetrics(node));
    registry.register(new AdmissionMetrics(gate));
    registry.register(new PortMetrics(ports));
    registry.register(new SubscriptionMetrics(node));
    registry.register(new SagaMetrics(node));
    registry.register(new ModeMetrics(node));
    registry.register(new WatchMetrics(node));
    registry.register(new AnomalyMetrics(node));
    registry.register(new QueueMetrics(node));
    registry.register(new ViewMetrics(node));
    GaugeWithCallback.builder()
        .name("perdure_native_bytes")
        .unit(Unit.BYTES)
        .help("Memory of the state stores outside the heap.")
        .callback(out -> out.call((double) node.nativeBytes()))
        .register(registry);
    Info info =
        Info.builder()
            .name("perdure_build_info")
            .help("The version.")
            .labelNames("version")
            .register(registry);
    info.setLabelValues(version());
    JvmMetrics.builder().register(registry);
  }

  private static String version() {
    String version = Metrics.class.getPackage().getImplementationVersion();
    return version == null ? "unreleased" : version;
  }
}
