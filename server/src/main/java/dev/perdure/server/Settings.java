package dev.perdure.server;

import dev.perdure.server.admission.Gate;
import dev.perdure.server.admission.Quota;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.config.TenantQuotas;
import dev.perdure.server.http.HttpSettings;
import dev.perdure.server.ingress.Api;
import java.util.HashMap;
import java.util.Map;

/** The configuration as the listeners and the API take it. */
final class Settings {

  private static final int ADMIN_CONNECTIONS_MAX = 256;

  private Settings() {}

  static HttpSettings apiPort(ServerConfig config) {
    return http(
        config,
        "api",
        new Address(config.get(Keys.API_HOST), config.get(Keys.API_PORT)),
        config.get(Keys.HTTP_CONNECTIONS_MAX));
  }

  static HttpSettings adminPort(ServerConfig config) {
    return http(
        config,
        "admin",
        new Address(config.get(Keys.ADMIN_HOST), config.get(Keys.ADMIN_PORT)),
        ADMIN_CONNECTIONS_MAX);
  }

  private record Address(String host, int port) {}

  private static HttpSettings http(
      ServerConfig config, String name, Address address, int connectionsMax) {
    return new HttpSettings(
        name,
        address.host(),
        address.port(),
        Math.toIntExact(config.get(Keys.HTTP_BODY_BYTES_MAX)),
        config.get(Keys.HTTP_STREAM_BYTES_MAX),
        config.get(Keys.HTTP_BUFFER_BYTES_MAX),
        Math.toIntExact(config.get(Keys.HTTP_HEADER_BYTES_MAX)),
        config.get(Keys.HTTP_HEADERS_MAX),
        Math.toIntExact(config.get(Keys.HTTP_LINE_BYTES_MAX)),
        connectionsMax,
        config.get(Keys.HTTP_STREAMS_MAX),
        config.get(Keys.HTTP_REQUEST_TIMEOUT),
        config.get(Keys.HTTP_IDLE_TIMEOUT),
        config.get(Keys.HTTP_WRITE_TIMEOUT));
  }

  static Api.Settings api(ServerConfig config) {
    return new Api.Settings(
        config.get(Keys.COMMAND_TIMEOUT),
        config.get(Keys.COMMAND_TIMEOUT_MAX),
        config.get(Keys.COMMAND_OPERATION_ID) == Keys.OperationIds.REQUIRED,
        config.get(Keys.TENANT_DEFAULT),
        config.get(Keys.BATCH_IN_FLIGHT_MAX),
        config.get(Keys.EVENTS_PAGE_MAX),
        Math.toIntExact(config.get(Keys.EVENTS_PAGE_BYTES_MAX)),
        config.get(Keys.SAGA_WAIT_MAX),
        config.get(Keys.QUEUE_WAIT_MAX));
  }

  static Gate.Settings gate(ServerConfig config) {
    TenantQuotas quotas = config.get(Keys.TENANT_QUOTAS);
    Quota otherwise = quota(config, quotas, "");
    Map<String, Quota> own = new HashMap<>();
    for (String tenant : quotas.own().keySet()) {
      own.put(tenant, quota(config, quotas, tenant));
    }
    int min = config.get(Keys.ADMISSION_LIMIT_MIN);
    return new Gate.Settings(
        config.get(Keys.ADMISSION),
        config.get(Keys.ADMISSION_DELAY),
        min,
        Math.max(min, config.get(Keys.ADMISSION_LIMIT_MAX)),
        config.get(Keys.TENANTS_MAX),
        otherwise,
        own);
  }

  private static Quota quota(ServerConfig config, TenantQuotas quotas, String tenant) {
    return new Quota(
        (int) quotas.of(tenant, "rate", config.get(Keys.TENANT_RATE)),
        (int) quotas.of(tenant, "burst", config.get(Keys.TENANT_BURST)),
        (int) quotas.of(tenant, "concurrency", config.get(Keys.TENANT_CONCURRENCY)),
        quotas.of(tenant, "bytes", config.get(Keys.TENANT_BYTES)),
        (int) quotas.of(tenant, "urgency", config.get(Keys.TENANT_URGENCY)));
  }
}
