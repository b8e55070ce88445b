package dev.perdure.server.telemetry;

import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpObserver;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The duration of requests, as OpenTelemetry names it: {@code http.server.request.duration}. The
 * data points of a route are looked up once; a request then costs an array access.
 */
public final class HttpMetrics implements HttpObserver {

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "_OTHER");
  private static final int STATUS_MIN = 100;
  private static final int STATUS_MAX = 599;
  private static final double NS = 1e-9;

  private final Counter forwarded;
  private final Histogram durations;
  private final Map<String, AtomicReferenceArray<DistributionDataPoint>> points =
      new ConcurrentHashMap<>();

  HttpMetrics(PrometheusRegistry registry) {
    this.forwarded =
        Counter.builder()
            .name("perdure_forwarded_total")
            .help("Requests for one entity that another node led: each needed a hop.")
            .register(registry);
    this.durations =
        Histogram.builder()
            .name("http_server_request_duration_seconds")
            .unit(Unit.SECONDS)
            .help("Duration of HTTP requests, from the headers to the end of the answer.")
            .labelNames("http_request_method", "http_route", "http_response_status_code")
            .classicOnly()
            .classicUpperBounds(
                0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
            .register(registry);
  }

  @Override
  public void served(Exchange exchange, long durationNs) {
    if (exchange.forwarded()) {
      forwarded.inc();
    }
    int method = METHODS.indexOf(exchange.method());
    int known = method < 0 ? METHODS.size() - 1 : method;
    int status = Math.clamp(exchange.status(), STATUS_MIN, STATUS_MAX);
    point(exchange.route(), known, status).observe(durationNs * NS);
  }

  private DistributionDataPoint point(String route, int method, int status) {
    int statuses = STATUS_MAX - STATUS_MIN + 1;
    AtomicReferenceArray<DistributionDataPoint> ofRoute =
        points.computeIfAbsent(route, any -> new AtomicReferenceArray<>(METHODS.size() * statuses));
    int index = method * statuses + status - STATUS_MIN;
    DistributionDataPoint point = ofRoute.get(index);
    if (point == null) {
      point = durations.labelValues(METHODS.get(method), route, Integer.toString(status));
      ofRoute.set(index, point);
    }
    return point;
  }
}
