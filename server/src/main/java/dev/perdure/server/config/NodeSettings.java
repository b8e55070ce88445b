package dev.perdure.server.config;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.watch.Bounds;
import java.util.Map;
import java.util.function.ToIntFunction;

/** The configuration as the core takes it: the one place where keys become its options. */
public final class NodeSettings {

  private NodeSettings() {}

  public static NodeOptions options(ServerConfig config, Clock clock, Entropy entropy) {
    return new NodeOptions(
        config.get(Keys.DATA_DIR).toAbsolutePath().normalize(),
        config.get(Keys.SHARDS),
        limits(config),
        config.get(Keys.CLOCK_ACCEPT),
        clock,
        entropy,
        config.get(Keys.CLUSTER) ? Cluster.of(config) : null,
        Build.THIS,
        config.get(Keys.SAGAS_PER_TENANT_MAX),
        Map.of(),
        bounds(config));
  }

  /**
   * The URL under which callers reach the API; empty if it is not known.
   *
   * @param port on which it listens
   */
  public static String apiUrl(ServerConfig config, int port) {
    return Cluster.api(config, port);
  }

  /** From where on something is wrong with the node. */
  public static Bounds bounds(ServerConfig config) {
    return new Bounds(
            config.get(WatchKeys.ACT),
            config.get(WatchKeys.FORCE_MAX),
            config.get(WatchKeys.PAUSES_MAX),
            Bounds.defaults().loop(),
            config.get(WatchKeys.QUEUE_MAX),
            config.get(Keys.CLOCK_STEP_MAX),
            config.get(WatchKeys.LEAK_HORIZON),
            config.get(WatchKeys.THREADS_MAX))
        .withLimits(config.get(Keys.CLOCK_STEP_MAX), config.get(Keys.DECIDE_TIME_MAX));
  }

  static Limits limits(ServerConfig config) {
    ToIntFunction<ConfigKey<Long>> bytes = key -> Math.toIntExact(config.get(key));
    return new Limits(
        bytes.applyAsInt(Keys.STATE_BYTES_MAX),
        bytes.applyAsInt(Keys.EVENT_BYTES_MAX),
        bytes.applyAsInt(Keys.REPLY_BYTES_MAX),
        bytes.applyAsInt(Keys.ENTRY_BYTES_MAX),
        config.get(Keys.QUEUE_LENGTH_MAX),
        config.get(Keys.ENTRIES_IN_FLIGHT_MAX),
        config.get(Keys.CHECKPOINT_EVERY),
        config.get(Keys.CACHE_BYTES_MAX),
        config.get(Keys.OPERATIONS_IN_MEMORY_MAX),
        config.get(Keys.OPERATIONS_BYTES_PER_TENANT_MAX),
        config.get(Keys.OPERATIONS_RETENTION),
        config.get(Keys.DECIDE_TIME_MAX),
        config.get(Keys.SNAPSHOT_BYTES),
        config.get(Keys.SNAPSHOT_INTERVAL),
        config.get(Keys.NATIVE_BYTES_MAX),
        config.get(Keys.DISK_FREE_BYTES_MIN),
        config.get(Keys.CLOCK_STEP_MAX));
  }
}
