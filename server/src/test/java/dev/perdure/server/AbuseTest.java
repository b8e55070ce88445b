package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.Service;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.fixture.Account;
import dev.perdure.server.fixture.RawHttp;
import dev.perdure.server.fixture.RawHttp2;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attempts to turn what protects the node against others, each on a real node over HTTP. The table
 * in {@code docs/admission.md} says what bounds each.
 */
class AbuseTest {

  private static final String DEPOSIT = "/deposit";
  private static final String ONE = "{\"amount\":1}";
  private static final String ALL_ADMITTED = "perdure_admission_admitted_total{class=\"normal\"";
  private static final int EVENTS = 200;
  private static final String PAGE = "/v1/entities/account/long/events?limit=" + EVENTS;
  private static final long PATIENCE_NS = 60_000_000_000L;
  private static final Clock CLOCK = Clock.system();

  @TempDir private Path directory;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  record Order(String who) {}

  /** Asks a shop, that has nothing for one of its customers. */
  @Named("pay")
  static final class Pay implements Saga<Order, String> {
    @Override
    public String run(Order order, SagaContext saga) {
      return saga.step("charge")
          .retry(Retry.never())
          .call("shop", order, call -> charge(order), String.class);
    }

    private static String charge(Order order) throws IOException {
      if (order.who.equals("mallory")) {
        throw new IOException("the shop breaks down for this one");
      }
      return "paid";
    }
  }

  /** The service. */
  static final class Shop implements Service {
    @Override
    public String name() {
      return "shop";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Account());
    }

    @Override
    public List<Saga<?, ?>> sagas() {
      return List.of(new Pay());
    }

    @Override
    public List<Capability> capabilities() {
      return List.of(
          Capability.important("paying")
              .needs("shop")
              .covers("pay")
              .degraded(Degraded.disabled("come again later")));
    }
  }

  private ServerConfig config() {
    return ServerConfig.defaults()
        .with(Keys.DATA_DIR, directory.resolve("data"))
        .with(Keys.SHARDS, 2)
        .with(Keys.API_PORT, 0)
        .with(Keys.ADMIN_PORT, 0);
  }

  private Perdure start(ServerConfig config) throws Exception {
    Perdure node = Perdure.start(config, new Shop());
    await(() -> send(node.adminPort(), "GET /readyz", null).statusCode() == 200);
    return node;
  }

  /** Sends what is said as {@code METHOD /path}; headers in pairs. */
  private HttpResponse<String> send(int port, String what, String body, String... headers) {
    String method = what.substring(0, what.indexOf(' '));
    String path = what.substring(method.length() + 1);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header(
          "Content-Type", path.endsWith(":batch") ? "application/x-ndjson" : "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(what, e);
    }
  }

  private int deposit(Perdure node, String tenant, String id) {
    return send(
            node.apiPort(),
            "POST /v1/entities/account/" + id + DEPOSIT,
            ONE,
            "Perdure-Tenant",
            tenant)
        .statusCode();
  }

  private HttpResponse<String> pay(Perdure node, String tenant, String id) {
    return send(
        node.apiPort(),
        "PUT /v1/sagas/pay/" + id,
        "{\"who\":\"" + tenant + "\"}",
        "Perdure-Tenant",
        tenant,
        "Prefer",
        "wait=10");
  }

  private static void await(BooleanSupplier condition) {
    long endNs = CLOCK.monotonicNs() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      assertThat(CLOCK.monotonicNs()).as("the condition holds in time").isLessThan(endNs);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private double metric(Perdure node, String line) {
    Matcher found =
        Pattern.compile("^" + Pattern.quote(line) + "\\S*\\s+(\\S+)", Pattern.MULTILINE)
            .matcher(send(node.adminPort(), "GET /metrics", null).body());
    return found.find() ? Double.parseDouble(found.group(1)) : 0;
  }

  @Test
  void aWeaponisedBreakerTakesTheDependencyFromNobodyElse() throws Exception {
    try (Perdure node = start(config())) {
      for (int i = 0; i < 40; i++) {
        pay(node, "mallory", "m" + i);
      }
      // Nobody else has called yet: as far as anybody can see the shop is gone.
      int[] more = {40};
      await(() -> pay(node, "mallory", "m" + more[0]++).statusCode() == 503);
      assertThat(pay(node, "mallory", "again").body()).contains("capability-degraded");
      for (int i = 0; i < 10; i++) {
        for (String tenant : List.of("alice", "bob")) {
          HttpResponse<String> paid = pay(node, tenant, tenant + i);
          assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
          assertThat(paid.body()).contains("paid");
        }
      }
    }
  }

  @Test
  void priorityInflationGetsATenantNothing() throws Exception {
    ServerConfig config =
        config()
            .with(
                Keys.TENANT_QUOTAS,
                Objects.requireNonNull(
                    Keys.TENANT_QUOTAS.kind().read().apply("mallory urgency=5")));
    try (Perdure node = start(config)) {
      String critical = "perdure_admission_admitted_total{class=\"critical\"";
      String sheddable = "perdure_admission_admitted_total{class=\"sheddable\"";
      for (int i = 0; i < 20; i++) {
        assertThat(urgent(node, "mallory")).isEqualTo(200);
      }
      assertThat(metric(node, critical)).isZero();
      assertThat(metric(node, sheddable)).isEqualTo(20);
      assertThat(urgent(node, "alice")).isEqualTo(200);
      assertThat(metric(node, critical)).isEqualTo(1);
    }
  }

  private int urgent(Perdure node, String tenant) {
    return send(
            node.apiPort(),
            "POST /v1/entities/account/a" + DEPOSIT,
            ONE,
            "Perdure-Tenant",
            tenant,
            "Priority",
            "u=0")
        .statusCode();
  }

  @Test
  void quotaEvasionByManyTenantsAndIdsEndsAtTheirNumber() throws Exception {
    int tenants = 8;
    int burst = 3;
    ServerConfig config =
        config()
            .with(Keys.TENANTS_MAX, tenants)
            .with(Keys.TENANT_RATE, 1)
            .with(Keys.TENANT_BURST, burst);
    try (Perdure node = start(config)) {
      long beganNs = CLOCK.monotonicNs();
      int done = 0;
      for (int i = 0; i < 300; i++) {
        done += deposit(node, "invented" + i, "a") == 200 ? 1 : 0;
      }
      // Those that are counted apart, and one quota for all others; each refills once a second.
      assertThat(done).isLessThanOrEqualTo((tenants + 1) * (burst + secondsSince(beganNs)));
      beganNs = CLOCK.monotonicNs();
      done = 0;
      for (int i = 0; i < 100; i++) {
        done += deposit(node, "one", "id" + i) == 200 ? 1 : 0;
      }
      assertThat(done).isLessThanOrEqualTo(burst + secondsSince(beganNs));
    }
  }

  private static int secondsSince(long beganNs) {
    return 1 + (int) ((CLOCK.monotonicNs() - beganNs) / 1_000_000_000L);
  }

  /** True if nothing goes on, although answers are still to be written. */
  private boolean stuck(Perdure node) {
    double before = metric(node, ALL_ADMITTED);
    LockSupport.parkNanos(300_000_000);
    return metric(node, ALL_ADMITTED) == before && metric(node, "perdure_admission_under_way") == 0;
  }

  /** An account whose page of events is some hundred kilobytes. */
  private void manyEvents(Perdure node) {
    String line =
        "{\"type\":\"account\",\"id\":\"long\",\"command\":\"deposit\",\"body\":{\"amount\":1,"
            + "\"reference\":\"x\"}}\n";
    HttpResponse<String> answer =
        send(node.apiPort(), "POST /v1/entities:batch", line.repeat(EVENTS));
    assertThat(answer.body().lines().filter(one -> one.contains("\"status\":200"))).hasSize(EVENTS);
  }

  @Test
  void slowReadsOverHttp1AreCutAndTakeNobodysPlace() throws Exception {
    ServerConfig config =
        config()
            .with(Keys.HTTP_WRITE_TIMEOUT, Duration.ofSeconds(5))
            .with(Keys.ADMISSION_LIMIT_MIN, 6)
            .with(Keys.ADMISSION_LIMIT_MAX, 6);
    List<RawHttp> peers = new ArrayList<>();
    try (Perdure node = start(config)) {
      manyEvents(node);
      String page = "GET " + PAGE + " HTTP/1.1\r\nHost: a\r\n\r\n";
      int asked = 300;
      for (int i = 0; i < 12; i++) {
        peers.add(new RawHttp(node.apiPort(), 256 << 10).send(page.repeat(asked)));
      }
      // They are more than may be under way, and none is once its answer has to wait for its
      // reader.
      await(() -> stuck(node));
      for (int i = 0; i < 50; i++) {
        assertThat(deposit(node, "default", "quick")).isEqualTo(200);
      }
      int whole = send(node.apiPort(), "GET " + PAGE, null).body().length();
      // What the kernel had room for came; the connection was given up long before all of it.
      for (RawHttp peer : peers) {
        assertThat(read(peer)).isLessThan((long) whole * asked);
      }
    } finally {
      for (RawHttp peer : peers) {
        peer.close();
      }
    }
  }

  private static long read(RawHttp peer) {
    try {
      return peer.rest().length();
    } catch (IOException reset) {
      return 0;
    }
  }

  @Test
  void slowReadsOverHttp2AreGivenUpAndTakeNobodysPlace() throws Exception {
    ServerConfig config =
        config()
            .with(Keys.HTTP_WRITE_TIMEOUT, Duration.ofSeconds(5))
            .with(Keys.ADMISSION_LIMIT_MIN, 6)
            .with(Keys.ADMISSION_LIMIT_MAX, 6);
    List<RawHttp2> peers = new ArrayList<>();
    try (Perdure node = start(config)) {
      manyEvents(node);
      int window = 100;
      int streams = 20;
      for (int i = 0; i < 8; i++) {
        RawHttp2 peer = new RawHttp2(node.apiPort(), window);
        peers.add(peer);
        for (int s = 0; s < streams; s++) {
          peer.get(PAGE);
        }
      }
      await(() -> stuck(node));
      for (int i = 0; i < 50; i++) {
        assertThat(deposit(node, "default", "quick")).isEqualTo(200);
      }
      for (RawHttp2 peer : peers) {
        assertThat(peer.untilGivenUp()).isLessThanOrEqualTo(window * streams);
      }
      assertThat(deposit(node, "default", "quick")).isEqualTo(200);
    } finally {
      for (RawHttp2 peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void slowRequestsAreSeenBesideTheirLimits() throws Exception {
    ServerConfig config = config().with(Keys.HTTP_CONNECTIONS_MAX, 50);
    List<RawHttp> peers = new ArrayList<>();
    try (Perdure node = start(config)) {
      for (int i = 0; i < 5; i++) {
        peers.add(
            new RawHttp(node.apiPort())
                .send(
                    "POST /v1/entities/account/a/deposit HTTP/1.1\r\nHost: a\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"));
      }
      await(() -> metric(node, "perdure_http_buffer_bytes{port=\"api\"") == 500_000);
      assertThat(metric(node, "perdure_http_connections{port=\"api\"")).isEqualTo(5);
      assertThat(metric(node, "perdure_http_connections{port=\"admin\"")).isPositive();
      assertThat(metric(node, "perdure_http_connections_limit{port=\"api\"")).isEqualTo(50);
      assertThat(metric(node, "perdure_http_buffer_bytes_limit{port=\"api\""))
          .isEqualTo(config.get(Keys.HTTP_BUFFER_BYTES_MAX).doubleValue());
      for (RawHttp peer : peers) {
        peer.close();
      }
      await(() -> metric(node, "perdure_http_buffer_bytes{port=\"api\"") == 0);
      await(() -> metric(node, "perdure_http_connections{port=\"api\"") == 0);
    }
  }

  /** Tenants that deposit as fast as they are answered, from 16 connections each. */
  private final class Flood implements AutoCloseable {
    private final List<CompletableFuture<Void>> callers = new ArrayList<>();
    private volatile boolean over;

    Flood(Perdure node, String... tenants) {
      for (int i = 0; i < 16 * tenants.length; i++) {
        String tenant = tenants[i % tenants.length];
        callers.add(
            CompletableFuture.runAsync(
                () -> {
                  while (!over) {
                    deposit(node, tenant, "flooded");
                  }
                },
                Thread::startVirtualThread));
      }
    }

    @Override
    public void close() {
      over = true;
      callers.forEach(CompletableFuture::join);
    }
  }

  @Test
  void oneTenantsFloodIsNobodysBrownout() throws Exception {
    ServerConfig config =
        config()
            .with(Keys.ADMISSION_LIMIT_MIN, 1)
            .with(Keys.ADMISSION_LIMIT_MAX, 1)
            .with(
                Keys.TENANT_QUOTAS,
                Objects.requireNonNull(
                    Keys.TENANT_QUOTAS.kind().read().apply("mallory urgency=5")));
    try (Perdure node = start(config)) {
      String refused = "perdure_admission_refused_total{reason=\"overload\"";
      try (var _ = new Flood(node, "mallory")) {
        await(() -> metric(node, refused) > 0);
        for (int i = 0; i < 100; i++) {
          assertThat(node.node().modes().state().mode()).isEqualTo(Mode.NORMAL);
          LockSupport.parkNanos(30_000_000); // a brownout would come after half a second
        }
      }
      assertThat(metric(node, refused)).isGreaterThan(100);
      try (var _ = new Flood(node, "alice", "bob")) {
        await(() -> node.node().modes().state().mode() == Mode.BROWNOUT);
      }
    }
  }

  /** Ids that all have one hash in Java: each pair of letters has the same. */
  private static List<String> colliding(int bits) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 1 << bits; i++) {
      StringBuilder one = new StringBuilder();
      for (int bit = 0; bit < bits; bit++) {
        one.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      all.add(one.toString());
    }
    return all;
  }

  @Test
  void hashFloodingIdsAreEntitiesLikeAnyOthers() throws Exception {
    List<String> ids = colliding(11);
    assertThat(ids.stream().mapToInt(String::hashCode).distinct().count()).isEqualTo(1);
    assertThat(ids.stream().map(AbuseTest::address).mapToInt(EntityAddress::hashCode).distinct())
        .hasSizeGreaterThan(2_000);
    assertThat(ids.stream().map(AbuseTest::address).map(EntityAddress::slot).distinct())
        .hasSizeGreaterThan(1_000);
    try (Perdure node = start(config())) {
      StringBuilder lines = new StringBuilder();
      for (String id : ids) {
        lines
            .append("{\"type\":\"account\",\"id\":\"")
            .append(id)
            .append("\",\"command\":\"deposit\",\"body\":{\"amount\":1},\"key\":\"")
            .append(id)
            .append("\"}\n");
      }
      HttpResponse<String> answer =
          send(node.apiPort(), "POST /v1/entities:batch", lines.toString());
      assertThat(answer.body().lines().filter(one -> one.contains("\"status\":200")))
          .hasSize(ids.size());
      assertThat(send(node.apiPort(), "GET /v1/entities/account/" + ids.getLast(), null).body())
          .isEqualTo("{\"balance\":1}");
      // Names of fields are strings, too.
      StringBuilder body = new StringBuilder("{\"amount\":1");
      colliding(14).forEach(name -> body.append(",\"").append(name).append("\":1"));
      assertThat(
              send(
                      node.apiPort(),
                      "POST /v1/entities/account/a" + DEPOSIT,
                      body.append('}').toString())
                  .statusCode())
          .isEqualTo(422);
    }
  }

  private static EntityAddress address(String id) {
    return new EntityAddress("default", "account", id);
  }

  @Test
  void idsAimedAtOneShardDoNotShutOutOthersThere() throws Exception {
    List<String> aimed = new ArrayList<>();
    for (int i = 0; aimed.size() < 600; i++) {
      String id = "aimed" + i;
      if (new EntityAddress("mallory", "account", id).slot() == 7) {
        aimed.add(id);
      }
    }
    String alices = "a0";
    for (int i = 0; address(alices).slot() / 2_048 != 0; i++) {
      alices = "a" + i; // of the shard with the first half of the slots
    }
    try (Perdure node = start(config())) {
      List<CompletableFuture<Void>> flood = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        List<String> part = aimed.subList(i * 18, i * 18 + 18);
        flood.add(
            CompletableFuture.runAsync(
                () -> part.forEach(id -> deposit(node, "mallory", id)),
                Thread::startVirtualThread));
      }
      for (int i = 0; i < 30; i++) {
        assertThat(deposit(node, "default", alices)).isEqualTo(200);
      }
      flood.forEach(CompletableFuture::join);
    }
  }

  @Test
  void expensiveQueriesAreBoundedAndPaidFor() throws Exception {
    ServerConfig config = config().with(Keys.TENANT_RATE, 1).with(Keys.TENANT_BURST, 10);
    try (Perdure node = start(config)) {
      assertThat(deposit(node, "default", "a")).isEqualTo(200);
      String events = "/v1/entities/account/a/events?limit=";
      HttpResponse<String> whole = send(node.apiPort(), "GET " + events + 1_000_000, null);
      assertThat(whole.statusCode()).isEqualTo(400);
      assertThat(whole.body()).contains("limit");
      int passed = 0;
      while (send(node.apiPort(), "GET " + events + 1, null).statusCode() == 200) {
        passed++;
        assertThat(passed).isLessThan(10); // five requests' worth each
      }
      assertThat(send(node.apiPort(), "GET " + events + 1, null).body()).contains("quota-exceeded");
      assertThat(send(node.apiPort(), "GET /v1/streams/account?limit=1", null).statusCode())
          .isEqualTo(429);
      // Somebody else has a quota of his own.
      assertThat(deposit(node, "other", "a")).isEqualTo(200);
    }
  }
}
