package dev.perdure.testkit.cluster;

import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.MapMessage;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.testkit.check.Call;
import dev.perdure.testkit.check.Checker;
import dev.perdure.testkit.check.EntitySpec;
import dev.perdure.testkit.check.HistoryCheck;
import dev.perdure.testkit.check.ReferenceLog;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import dev.perdure.testkit.check.Violation;
import dev.perdure.testkit.sim.Trace;
import dev.perdure.testkit.sim.Workload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One seed: a cluster grows from one machine, lives through a time of faults and changes, recovers;
 * then everything is compared.
 */
public final class ClusterRun {

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long SETTLING_NS = 60 * SECOND_NS;
  private static final long RECOVERY_NS = 180 * SECOND_NS;
  private static final long SHARD_OFFSETS = 1L << 40;

  private final ClusterWorld world;
  private final ClusterFaults faults;
  private final long seed;
  private final long runNs;
  private int effects;

  private ClusterRun(long seed, Workload workload, Options options) {
    this.seed = seed;
    this.world = new ClusterWorld(seed, workload, options);
    this.faults = new ClusterFaults(world);
    this.runNs = options.runNs > 0 ? options.runNs : world.chance().between(10, 30) * SECOND_NS;
  }

  /**
   * How to run.
   *
   * @param bugs of the cluster, planted on purpose
   * @param shardBugs of the shards, planted on purpose
   * @param runNs virtual time under faults; 0 to have it drawn from the seed
   */
  public record Options(Set<ClusterBug> bugs, Set<PlantedBug> shardBugs, long runNs) {
    /** Nothing planted. */
    public static final Options DEFAULT = new Options(Set.of(), Set.of(), 0);
  }

  /**
   * What came of it.
   *
   * @param violation null if everything held
   * @param virtualNs simulated time
   * @param calls requests that clients made
   * @param effects commands in the committed logs
   */
  public record Result(
      long seed,
      @Nullable Violation violation,
      Trace trace,
      Map<ClusterProbe, Long> counts,
      long virtualNs,
      int calls,
      int effects) {}

  /** Runs one seed. */
  public static Result of(long seed, Workload workload, Options options) {
    ClusterRun run = new ClusterRun(seed, workload, options);
    run.go();
    return new Result(
        seed,
        run.world.violation(),
        run.world.trace(),
        new EnumMap<>(run.world.counts()),
        run.world.nowNs(),
        run.world.calls().size(),
        run.effects);
  }

  private void go() {
    world.trace("seed " + seed);
    world.start();
    if (!until(SETTLING_NS, "the cluster does not come to rest", world.wholeness()::whole)) {
      return;
    }
    faults.start();
    if (!world.runUntil(world.nowNs() + runNs)) {
      return;
    }
    world.trace("faults end");
    faults.end();
    world.calmDown();
    if (until(
        RECOVERY_NS, "long after the last fault something still waits", world.wholeness()::quiet)) {
      compare();
    }
  }

  private interface Condition {
    boolean holds();
  }

  private boolean until(long maxNs, String otherwise, Condition condition) {
    long end = world.nowNs() + maxNs;
    while (!condition.holds()) {
      if (world.nowNs() >= end) {
        world.violation(Checker.PROGRESS, "", otherwise + ": " + world.wholeness().waiting());
      }
      if (!world.runUntil(world.nowNs() + SECOND_NS / 10)) {
        return false;
      }
    }
    return true;
  }

  // ---- judging ----

  private void compare() {
    List<Effect> all = new ArrayList<>();
    Map<EntityAddress, byte[]> states = new HashMap<>();
    for (int shard : world.wholeness().allShards()) {
      ReferenceLog log = read(shard);
      if (shard != ClusterMap.SYSTEM_SHARD) {
        for (Effect one : log.effects()) {
          // Offsets are a shard's own.
          long offset = one.offset() + shard * SHARD_OFFSETS;
          all.add(new Effect(one.address(), one.record(), offset, one.index(), one.committedAt()));
        }
      }
      replicas(shard, log, states);
    }
    all.sort(Comparator.comparingLong(Effect::committedAt));
    effects = all.size();
    history(all);
    String broken = world.workload().broken(new Workload.Ending(all, world.calls(), states));
    if (broken != null) {
      world.violation(Checker.CONSERVATION, "", broken);
    }
  }

  private ReferenceLog read(int shard) {
    ReferenceLog log =
        new ReferenceLog(found -> world.violation(found.checker(), found.about(), found.detail()));
    ShardRecord record = world.record(shard);
    for (long index = 0; index <= record.last(); index++) {
      ShardRecord.Committed at = record.at(index);
      byte[] bytes = at.entry().bytes();
      if (bytes != null) {
        log.read(new ReferenceLog.Place(at.entry().term(), index, at.at()), bytes);
      }
    }
    ReferenceLog.Ignored ignored = log.ignored();
    for (long i = ignored.holes() + ignored.oldEpochs(); i > 0; i--) {
      world.hit(ClusterProbe.FENCE_REJECTED);
    }
    for (long i = ignored.oldTerms(); i > 0; i--) {
      world.hit(ClusterProbe.FENCE_REJECTED_OLD_TERM);
    }
    return log;
  }

  private void replicas(int shard, ReferenceLog log, Map<EntityAddress, byte[]> states) {
    for (String node : world.map().replicasOf(shard)) {
      Held held = world.named(node).held(shard);
      if (held == null) {
        continue;
      }
      var state = held.shard().parts().state();
      String name = held.raft().name();
      world.facts(shard).equal(name, state);
      world.facts(shard).recomputed(name, state);
      world.facts(shard).fromLog(name, state, log);
      TypeRegistry types = shard == ClusterMap.SYSTEM_SHARD ? MapMessage.types() : held.types();
      Map<EntityAddress, byte[]> folded = world.facts(shard).folded(name, state.store(), types);
      if (shard != ClusterMap.SYSTEM_SHARD) {
        states.putAll(folded);
      }
    }
  }

  private void history(List<Effect> all) {
    HistoryCheck history =
        new HistoryCheck(
            found -> world.violation(found.checker(), found.about(), found.detail()),
            world.retentionMicros());
    history.read(all, world.calls());
    TypeRegistry types = world.types(world.workload().codeVersions());
    Set<EntityAddress> entities = new LinkedHashSet<>();
    for (Call call : world.calls()) {
      entities.add(call.address());
      if (!call.asks().read()) {
        history.fingerprint(
            call,
            model(types, call.address())
                .body(call.asks().command(), call.asks().body().getBytes(StandardCharsets.UTF_8))
                .fingerprint());
      }
    }
    history.operations();
    if (world.violation() == null) {
      entities.forEach(
          address -> history.linearizable(address, new EntitySpec(address, model(types, address))));
    }
  }

  private static EntityModel model(TypeRegistry types, EntityAddress address) {
    EntityModel model = types.find(address.type());
    if (model == null) {
      throw new IllegalStateException("no type " + address.type());
    }
    return model;
  }
}
