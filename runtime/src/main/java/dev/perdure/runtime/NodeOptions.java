package dev.perdure.runtime;

import dev.perdure.guard.policy.Policy;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.watch.Bounds;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node needs to know.
 *
 * @param data the data directory; must exist and be writable
 * @param shards number of shards of a new data directory, 1 to 64; an existing one keeps its own
 * @param limits every bound
 * @param acceptClock start although the wall clock is far behind the last time stamp
 * @param clock usually {@link Clock#system}
 * @param entropy usually {@link Entropy#system}
 * @param peers how it is one of several nodes; null for a node that stays alone
 * @param build usually {@link Build#THIS}
 * @param sagasPerTenantMax sagas of a tenant that may be under way in the shards that it leads
 * @param policies what is allowed towards dependencies, by name
 * @param bounds from where on something is wrong with it; null for the usual ones
 */
public record NodeOptions(
    Path data,
    int shards,
    Limits limits,
    boolean acceptClock,
    Clock clock,
    Entropy entropy,
    @Nullable PeerOptions peers,
    Build build,
    long sagasPerTenantMax,
    Map<String, Policy> policies,
    @Nullable Bounds bounds) {

  private static final long SAGAS_PER_TENANT_MAX = 1_000_000;

  /** The defaults for a directory. */
  public static NodeOptions of(Path data) {
    int shards = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return new NodeOptions(
        data,
        shards,
        Limits.defaults(),
        false,
        Clock.system(),
        Entropy.system(),
        null,
        Build.THIS,
        SAGAS_PER_TENANT_MAX,
        Map.of(),
        null);
  }

  public NodeOptions withLimits(Limits other) {
    return new NodeOptions(
        data,
        shards,
        other,
        acceptClock,
        clock,
        entropy,
        peers,
        build,
        sagasPerTenantMax,
        policies,
        bounds);
  }

  public NodeOptions withShards(int other) {
    return new NodeOptions(
        data,
        other,
        limits,
        acceptClock,
        clock,
        entropy,
        peers,
        build,
        sagasPerTenantMax,
        policies,
        bounds);
  }

  public NodeOptions withAcceptClock(boolean accept) {
    return new NodeOptions(
        data,
        shards,
        limits,
        accept,
        clock,
        entropy,
        peers,
        build,
        sagasPerTenantMax,
        policies,
        bounds);
  }

  public NodeOptions withPeers(PeerOptions other) {
    return new NodeOptions(
        data,
        shards,
        limits,
        acceptClock,
        clock,
        entropy,
        other,
        build,
        sagasPerTenantMax,
        policies,
        bounds);
  }

  public NodeOptions withClock(Clock other) {
    return new NodeOptions(
        data,
        shards,
        limits,
        acceptClock,
        other,
        entropy,
        peers,
        build,
        sagasPerTenantMax,
        policies,
        bounds);
  }

  public NodeOptions withBuild(Build other) {
    return new NodeOptions(
        data,
        shards,
        limits,
        acceptClock,
        clock,
        entropy,
        peers,
        other,
        sagasPerTenantMax,
        policies,
        bounds);
  }

  public NodeOptions withSagasPerTenantMax(long other) {
    return new NodeOptions(
        data, shards, limits, acceptClock, clock, entropy, peers, build, other, policies, bounds);
  }

  public NodeOptions withPolicies(Map<String, Policy> other) {
    return new NodeOptions(
        data,
        shards,
        limits,
        acceptClock,
        clock,
        entropy,
        peers,
        build,
        sagasPerTenantMax,
        Map.copyOf(other),
        bounds);
  }
}
