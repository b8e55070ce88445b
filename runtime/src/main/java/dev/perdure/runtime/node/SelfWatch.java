package dev.perdure.runtime.node;

import dev.perdure.journal.ForceFigures;
import dev.perdure.journal.ratis.RatisJournals;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.runtime.shard.Lead;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.watch.Act;
import dev.perdure.runtime.watch.Bounds;
import dev.perdure.runtime.watch.ClockOffset;
import dev.perdure.runtime.watch.Machine;
import dev.perdure.runtime.watch.Resource;
import dev.perdure.runtime.watch.Seen;
import dev.perdure.runtime.watch.Silence;
import dev.perdure.runtime.watch.Watch;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's watch of itself: one thread that wants to wake fifty times a second, sees how late it
 * is, and twice a second looks at everything else.
 */
final class SelfWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SelfWatch.class);

  /** More often costs an idle node more than it would tell: pauses that matter are longer. */
  private static final long STEP_NS = 20_000_000;

  private static final int STEPS = 25;

  private final Clock clock;
  private final Watch watch;
  private volatile boolean closed;

  SelfWatch(
      NodeOptions options, ReplicaSet replicas, RatisJournals journals, @Nullable Peers peers) {
    this.clock = options.clock();
    long sinceNs = clock.monotonicNs();
    Supplier<ClockOffset> offset =
        peers == null ? () -> ClockOffset.NONE : () -> peers.control().heard().clockOffset();
    Supplier<Silence> silence = peers == null ? () -> Silence.NONE : () -> peers.silence(sinceNs);
    this.watch =
        new Watch(clock, new Sight(replicas, journals, new Machine(clock), offset, silence));
    watch.bounds(bounds(options));
  }

  /** What is configured holds from the first look on. */
  private static Bounds bounds(NodeOptions options) {
    Bounds said = options.bounds();
    Limits limits = options.limits();
    return said == null
        ? Bounds.defaults().withLimits(limits.clockStepMax(), limits.decideTimeMax())
        : said;
  }

  /** Where the figures come from. */
  private record Sight(
      ReplicaSet replicas,
      RatisJournals journals,
      Machine machine,
      Supplier<ClockOffset> offset,
      Supplier<Silence> quiet)
      implements Seen {
    @Override
    public ForceFigures forces() {
      return journals.forces();
    }

    @Override
    public Map<Integer, Long> turns() {
      // One that stopped says so itself.
      return replicas.all().stream()
          .filter(one -> one.health().state() != NodeHealth.State.FAILED)
          .collect(Collectors.toMap(Shard::number, Shard::turns));
    }

    @Override
    public long queueDelayNs() {
      return replicas.all().stream().mapToLong(Shard::queueDelayNs).max().orElse(0);
    }

    @Override
    public ClockOffset clock() {
      return offset.get();
    }

    @Override
    public Silence silence() {
      return quiet.get();
    }

    @Override
    public List<Resource> resources(int threadsMax) {
      return machine.resources(threadsMax);
    }

    @Override
    public long collectedMs() {
      return machine.collectedMs();
    }
  }

  Watch watch() {
    return watch;
  }

  /** Why others should lead; empty if it need not be. */
  String leadElsewhere() {
    return watch.why(Act.LEAD_ELSEWHERE);
  }

  /** Begins; what is found goes into the mode. */
  void start(Modes modes, Lead lead) {
    modes.ails(() -> watch.why(Act.BROWNOUT));
    Thread.ofPlatform().daemon().name("node-self-watch").start(() -> run(lead));
  }

  private void run(Lead lead) {
    while (!closed) {
      for (int i = 0; i < STEPS && !closed; i++) {
        long dueNs = clock.monotonicNs() + STEP_NS;
        clock.parkNanos(STEP_NS);
        watch.woke(dueNs, clock.monotonicNs());
      }
      if (closed) {
        return;
      }
      try {
        watch.look();
        lead.refuse(watch.why(Act.REFUSE_TO_LEAD));
      } catch (Throwable e) {
        LOG.error("the node could not look at itself once, and goes on", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
