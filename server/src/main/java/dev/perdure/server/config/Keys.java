package dev.perdure.server.config;

import dev.perdure.runtime.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every key there is. Documents, messages and {@code config explain} are made from here. */
public final class Keys {

  private static final List<ConfigKey<?>> ALL = new ArrayList<>();

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long GIB = 1024 * MIB;
  private static final Duration MS = Duration.ofMillis(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Limits LIMITS = Limits.defaults();

  /** Whether a command must bring an operation id. */
  public enum OperationIds {
    OPTIONAL,
    REQUIRED
  }

  /** How much is logged. */
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /** How a line of the log looks. */
  public enum LogFormat {
    AUTO,
    JSON,
    TEXT
  }

  // Where it listens and lives.
  public static final ConfigKey<String> API_HOST =
      key("api.host", Kind.TEXT, "127.0.0.1", "Address on which the API listens.");
  public static final ConfigKey<Integer> API_PORT =
      key("api.port", Kind.PORT, 7400, "Port of the API; 0 takes any free one.");
  public static final ConfigKey<String> ADMIN_HOST =
      key("admin.host", Kind.TEXT, "127.0.0.1", "Address on which the admin port listens.");
  public static final ConfigKey<Integer> ADMIN_PORT =
      key("admin.port", Kind.PORT, 7401, "Port for health, metrics and administration.");
  public static final ConfigKey<Boolean> INSECURE =
      key(
          "insecure",
          Kind.SWITCH,
          false,
          "Listen beyond loopback although there is neither TLS nor authentication.");
  public static final ConfigKey<Path> DATA_DIR =
      key(
          "data.dir",
          Kind.PATH,
          Path.of("perdure-data"),
          "The node's data directory; made if its parent exists.");
  public static final ConfigKey<List<Path>> SERVICES =
      key(
          "services",
          Kind.PATHS,
          List.of(),
          "Jars with services, or folders of such jars; none: the bundled example.");
  public static final ConfigKey<List<Path>> DEPENDENCIES_FILE =
      key(
          "dependencies.file",
          Kind.PATHS,
          List.of(),
          "A YAML file with the policies of dependencies, read again when it changes; none:"
              + " a breaker and a limit of the calls under way for each.");
  public static final ConfigKey<Integer> SHARDS =
      registered(
          ConfigKey.of(
                  "shards",
                  Kind.whole(1, 64),
                  Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 64),
                  "Shards of a new data directory; an existing one keeps its own.")
              .orInWords("one per two processors"));
  public static final ConfigKey<Boolean> CLOCK_ACCEPT =
      key(
          "clock.accept",
          Kind.SWITCH,
          false,
          "Start although the clock is far behind the last time stamp; for one start only.");
  public static final ConfigKey<Duration> CLOCK_STEP_MAX =
      key(
          "clock.step-max",
          Kind.time(MS, Duration.ofDays(365)),
          LIMITS.clockStepMax(),
          "How far the clock may be behind the last time stamp, or differ from that of most nodes,"
              + " before this one leads nothing.");

  // Other nodes.
  public static final ConfigKey<Boolean> CLUSTER =
      key(
          "cluster.enabled",
          Kind.SWITCH,
          false,
          "Be a node of a cluster, the first of a new one unless cluster.join names others.");
  public static final ConfigKey<String> CLUSTER_ADDRESS =
      key(
          "cluster.address",
          Kind.TEXT,
          "127.0.0.1:7402",
          "Host and port under which other nodes reach this one; stays the same.");
  public static final ConfigKey<String> CLUSTER_API_ADDRESS =
      key(
          "cluster.api-address",
          Kind.TEXT,
          "",
          "Host and port, or URL, under which callers reach this node's API: the nodes tell it to"
              + " clients; empty: api.host and api.port, unless api.host is every address.");
  public static final ConfigKey<String> CLUSTER_LISTEN =
      key(
          "cluster.listen",
          Kind.TEXT,
          "",
          "Address on which it listens for other nodes; empty: the host of cluster.address.");
  public static final ConfigKey<String> CLUSTER_JOIN =
      key(
          "cluster.join",
          Kind.TEXT,
          "",
          "Nodes to ask, as host:port separated by commas; dns:NAME:PORT asks all addresses of a"
              + " name.");
  public static final ConfigKey<String> CLUSTER_NAME =
      key(
          "cluster.name",
          Kind.TEXT,
          "",
          "This node's name for people; empty: the first part of its address.");
  public static final ConfigKey<String> CLUSTER_ZONE =
      key(
          "cluster.zone",
          Kind.TEXT,
          "",
          "What fails together with this node; replicas are spread over zones.");
  public static final ConfigKey<String> CLUSTER_TLS_CERTIFICATE =
      key(
          "cluster.tls.certificate",
          Kind.TEXT,
          "",
          "PEM file of this node's certificate; its names must hold the host of cluster.address.");
  public static final ConfigKey<String> CLUSTER_TLS_KEY =
      key("cluster.tls.key", Kind.TEXT, "", "PEM file of its private key, PKCS#8.");
  public static final ConfigKey<String> CLUSTER_TLS_AUTHORITY =
      key(
          "cluster.tls.authority",
          Kind.TEXT,
          "",
          "PEM file of the authorities that sign nodes' certificates.");
  public static final ConfigKey<Duration> CLUSTER_DEAD_AFTER =
      key(
          "cluster.dead-after",
          Kind.time(Duration.ofSeconds(10), Duration.ofDays(30)),
          Duration.ofMinutes(5),
          "A node that is silent for so long is replaced by a spare, if there is one.");

  // What a caller may do.
  public static final ConfigKey<Duration> COMMAND_TIMEOUT =
      key(
          "command.timeout",
          Kind.time(MS, HOUR),
          Duration.ofSeconds(5),
          "Deadline of a request that names none with Perdure-Timeout.");
  public static final ConfigKey<Duration> COMMAND_TIMEOUT_MAX =
      key(
          "command.timeout-max",
          Kind.time(MS, HOUR),
          Duration.ofSeconds(60),
          "Longest deadline a request may name; a longer one is cut to it.");
  public static final ConfigKey<OperationIds> COMMAND_OPERATION_ID =
      key(
          "command.operation-id",
          Kind.choice(OperationIds.class),
          OperationIds.OPTIONAL,
          "Whether a command must bring an Idempotency-Key.");
  public static final ConfigKey<String> TENANT_DEFAULT =
      key("tenant.default", Kind.TEXT, "default", "Tenant of a request that names none.");
  public static final ConfigKey<Integer> BATCH_IN_FLIGHT_MAX =
      key(
          "batch.in-flight-max",
          Kind.whole(1, 65_536),
          256,
          "Commands of one batch request that wait for their answer at the same time.");
  public static final ConfigKey<Integer> EVENTS_PAGE_MAX =
      key("events.page-max", Kind.whole(1, 10_000), 1_000, "Events in one answer.");
  public static final ConfigKey<Long> EVENTS_PAGE_BYTES_MAX =
      key(
          "events.page-bytes-max",
          Kind.size(KIB, 64 * MIB),
          4 * MIB,
          "Bytes of events in one answer; one event is always returned.");
  public static final ConfigKey<Duration> SAGA_WAIT_MAX =
      key(
          "saga.wait-max",
          Kind.time(Duration.ofSeconds(1), HOUR),
          Duration.ofSeconds(30),
          "Longest time that a request may wait for a saga with Prefer: wait.");
  public static final ConfigKey<Integer> SAGAS_PER_TENANT_MAX =
      key(
          "saga.in-flight-per-tenant-max",
          Kind.whole(1, 100_000_000),
          1_000_000,
          "Sagas of a tenant that may be under way in the shards that a node leads.");

  public static final ConfigKey<Duration> QUEUE_WAIT_MAX =
      key(
          "queue.wait-max",
          Kind.time(Duration.ofSeconds(1), HOUR),
          Duration.ofSeconds(30),
          "Longest time that a request may wait for a message of a queue.");

  // Who is let in.
  public static final ConfigKey<Boolean> ADMISSION =
      key(
          "admission.enabled",
          Kind.SWITCH,
          true,
          "Whether requests are refused when answers take too long, the less important first.");
  public static final ConfigKey<Duration> ADMISSION_DELAY =
      key(
          "admission.delay-target",
          Kind.time(MS, HOUR),
          Duration.ofMillis(20),
          "How long half of the commands may take before fewer requests are let in; in a crowd 15 %"
              + " of it.");
  public static final ConfigKey<Integer> ADMISSION_LIMIT_MIN =
      key(
          "admission.limit-min",
          Kind.whole(1, 100_000),
          64,
          "Requests under way that are never too many.");
  public static final ConfigKey<Integer> ADMISSION_LIMIT_MAX =
      key(
          "admission.limit-max",
          Kind.whole(1, 100_000),
          1_024,
          "Requests under way at most; those that wait or stream do not count.");
  public static final ConfigKey<Integer> TENANTS_MAX =
      key(
          "admission.tenants-max",
          Kind.whole(1, 1_000_000),
          10_000,
          "Tenants that are counted apart at the same time; further ones share one quota.");
  public static final ConfigKey<Integer> TENANT_RATE =
      key(
          "tenant.rate",
          Kind.whole(0, 1_000_000_000),
          0,
          "Requests a second of a tenant, lines of batches among them; 0: no limit.");
  public static final ConfigKey<Integer> TENANT_BURST =
      key(
          "tenant.burst",
          Kind.whole(0, 1_000_000),
          0,
          "Requests of a tenant at once after a pause; 0: a second's worth.");
  public static final ConfigKey<Integer> TENANT_CONCURRENCY =
      key(
          "tenant.concurrency",
          Kind.whole(0, 1_000_000),
          0,
          "Requests of a tenant under way, those among them that wait or stream; 0: no limit.");
  public static final ConfigKey<Long> TENANT_BYTES =
      key(
          "tenant.bytes",
          Kind.size(0, 64 * GIB),
          0L,
          "Bytes of request bodies of a tenant under way; 0: no limit.");
  public static final ConfigKey<Integer> TENANT_URGENCY =
      key(
          "tenant.urgency",
          Kind.whole(0, 7),
          0,
          "The most urgent priority that a tenant may ask for, 0 the most urgent of all.");
  public static final ConfigKey<TenantQuotas> TENANT_QUOTAS =
      key(
          "tenant.quotas",
          TenantQuotas.KIND,
          TenantQuotas.NONE,
          "Tenants for whom something else holds, as in 'acme rate=500 burst=50; evil urgency=5'.");

  // What a connection may do.
  public static final ConfigKey<Long> HTTP_BODY_BYTES_MAX =
      key("http.body-bytes-max", Kind.size(KIB, 64 * MIB), MIB, "Body of one command.");
  public static final ConfigKey<Long> HTTP_STREAM_BYTES_MAX =
      key(
          "http.stream-bytes-max",
          Kind.size(KIB, 1024 * GIB),
          GIB,
          "Body of one batch request; it is never held as a whole.");
  public static final ConfigKey<Long> HTTP_BUFFER_BYTES_MAX =
      registered(
          ConfigKey.of(
                  "http.buffer-bytes-max",
                  Kind.size(MIB, 64 * GIB),
                  Math.max(16 * MIB, Math.min(256 * MIB, Runtime.getRuntime().maxMemory() / 8)),
                  "Bytes of request bodies in memory, all connections together; beyond it: 503.")
              .orInWords("an eighth of the heap, 16MiB to 256MiB"));
  public static final ConfigKey<Long> HTTP_HEADER_BYTES_MAX =
      key("http.header-bytes-max", Kind.size(KIB, MIB), 16 * KIB, "All headers of a request.");
  public static final ConfigKey<Integer> HTTP_HEADERS_MAX =
      key("http.headers-max", Kind.whole(8, 10_000), 100, "Number of headers of a request.");
  public static final ConfigKey<Long> HTTP_LINE_BYTES_MAX =
      key("http.line-bytes-max", Kind.size(256, MIB), 8 * KIB, "Request line: method and path.");
  public static final ConfigKey<Integer> HTTP_CONNECTIONS_MAX =
      key(
          "http.connections-max",
          Kind.whole(1, 1_000_000),
          4_096,
          "Open connections per port; further ones wait until one is closed.");
  public static final ConfigKey<Integer> HTTP_STREAMS_MAX =
      key(
          "http.streams-max",
          Kind.whole(1, 10_000),
          256,
          "Concurrent requests of one HTTP/2 connection.");
  public static final ConfigKey<Duration> HTTP_REQUEST_TIMEOUT =
      key(
          "http.request-timeout",
          Kind.time(MS, HOUR),
          Duration.ofSeconds(10),
          "From the first byte of a request to its last; for a batch, between two lines.");
  public static final ConfigKey<Duration> HTTP_IDLE_TIMEOUT =
      key(
          "http.idle-timeout",
          Kind.time(MS, Duration.ofDays(1)),
          Duration.ofSeconds(75),
          "A connection without a request is closed after it.");
  public static final ConfigKey<Duration> HTTP_WRITE_TIMEOUT =
      key(
          "http.write-timeout",
          Kind.time(MS, HOUR),
          Duration.ofSeconds(30),
          "A peer that does not read its answer is cut off after it.");
  public static final ConfigKey<Duration> DRAIN_TIMEOUT =
      key(
          "drain.timeout",
          Kind.time(MS, HOUR),
          Duration.ofSeconds(25),
          "How long a stopping node lets requests finish.");

  // What a shard may do.
  public static final ConfigKey<Long> STATE_BYTES_MAX =
      key("state.bytes-max", size32(), (long) LIMITS.stateBytesMax(), "An entity's state as JSON.");
  public static final ConfigKey<Long> EVENT_BYTES_MAX =
      key("event.bytes-max", size32(), (long) LIMITS.eventBytesMax(), "One event as JSON.");
  public static final ConfigKey<Long> REPLY_BYTES_MAX =
      key("reply.bytes-max", size32(), (long) LIMITS.replyBytesMax(), "One reply as JSON.");
  public static final ConfigKey<Long> ENTRY_BYTES_MAX =
      key(
          "entry.bytes-max",
          Kind.size(KIB, 4 * MIB),
          (long) LIMITS.entryBytesMax(),
          "One journal entry; also bounds the events of one command.");
  public static final ConfigKey<Integer> QUEUE_LENGTH_MAX =
      key(
          "queue.length-max",
          Kind.whole(1, 10_000_000),
          LIMITS.queueLengthMax(),
          "Commands waiting for a shard; further ones are refused with 503.");
  public static final ConfigKey<Integer> ENTRIES_IN_FLIGHT_MAX =
      key(
          "entries.in-flight-max",
          Kind.whole(1, 64),
          LIMITS.entriesInFlightMax(),
          "Journal entries proposed and not yet applied, per shard.");
  public static final ConfigKey<Integer> CHECKPOINT_EVERY =
      key(
          "checkpoint.every",
          Kind.whole(1, 1_000_000),
          LIMITS.checkpointEvery(),
          "Events of an entity between two stored states.");
  public static final ConfigKey<Long> CACHE_BYTES_MAX =
      registered(
          ConfigKey.of(
                  "cache.bytes-max",
                  Kind.size(MIB, 1024 * GIB),
                  Math.max(MIB, LIMITS.cacheBytesMax()),
                  "Decoded states in memory, per shard.")
              .orInWords("a fifth of the heap, at most 256MiB"));
  public static final ConfigKey<Integer> OPERATIONS_IN_MEMORY_MAX =
      key(
          "operations.in-memory-max",
          Kind.whole(1_024, 1 << 30),
          LIMITS.operationsInMemoryMax(),
          "Operation ids in the exact index, per shard.");
  public static final ConfigKey<Long> OPERATIONS_BYTES_PER_TENANT_MAX =
      key(
          "operations.bytes-per-tenant-max",
          Kind.size(KIB, 1024 * GIB),
          LIMITS.replyBytesPerTenantMax(),
          "Recorded replies within the retention, per shard and tenant; beyond it: 429.");
  public static final ConfigKey<Duration> OPERATIONS_RETENTION =
      key(
          "operations.retention",
          Kind.time(Duration.ofSeconds(1), Duration.ofDays(3_650)),
          LIMITS.replyRetention(),
          "How long an operation id and its reply are remembered.");
  public static final ConfigKey<Duration> DECIDE_TIME_MAX =
      key(
          "decide.time-max",
          Kind.time(MS, HOUR),
          LIMITS.decideTimeMax(),
          "How long a service's code may take for one command.");
  public static final ConfigKey<Long> SNAPSHOT_BYTES =
      key(
          "snapshot.bytes",
          Kind.size(MIB, 64 * GIB),
          LIMITS.snapshotBytes(),
          "Journal bytes between two snapshots.");
  public static final ConfigKey<Duration> SNAPSHOT_INTERVAL =
      key(
          "snapshot.interval",
          Kind.time(Duration.ofSeconds(1), Duration.ofDays(1)),
          LIMITS.snapshotInterval(),
          "Time between two snapshots while there are writes.");
  public static final ConfigKey<Long> NATIVE_BYTES_MAX =
      key(
          "native.bytes-max",
          Kind.size(16 * MIB, 1024 * GIB),
          LIMITS.nativeBytesMax(),
          "Memory of the state store outside the heap, all shards together.");
  public static final ConfigKey<Long> DISK_FREE_BYTES_MIN =
      key(
          "disk.free-bytes-min",
          Kind.size(0, 1024 * GIB),
          LIMITS.diskFreeBytesMin(),
          "With less space than this writes are refused with 503 read-only.");

  // What it says.
  public static final ConfigKey<LogLevel> LOG_LEVEL =
      key(
          "log.level",
          Kind.choice(LogLevel.class),
          LogLevel.INFO,
          "Least important lines that are logged.");
  public static final ConfigKey<LogFormat> LOG_FORMAT =
      key(
          "log.format",
          Kind.choice(LogFormat.class),
          LogFormat.AUTO,
          "json, or text for people; auto: text if standard error is a terminal.");

  private Keys() {}

  /** Every key, in the order of declaration. */
  public static List<ConfigKey<?>> all() {
    List<ConfigKey<?>> all = new ArrayList<>(ALL);
    all.addAll(WatchKeys.all());
    return List.copyOf(all);
  }

  private static Kind<Long> size32() {
    return Kind.size(KIB, 64 * MIB);
  }

  private static <T> ConfigKey<T> key(String name, Kind<T> kind, T otherwise, String sentence) {
    return registered(ConfigKey.of(name, kind, otherwise, sentence));
  }

  private static <T> ConfigKey<T> registered(ConfigKey<T> key) {
    ALL.add(key);
    return key;
  }
}
