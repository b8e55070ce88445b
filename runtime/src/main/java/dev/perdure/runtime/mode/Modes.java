package dev.perdure.runtime.mode;

import dev.perdure.api.Capability;
import dev.perdure.api.Criticality;
import dev.perdure.guard.policy.Policy;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.type.TypeRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In which mode the node is: derived from what can be seen, a few times a second. It gets worse
 * when the cause has stood for a while, and better when none was seen for a longer while, so that
 * it does not flap; an operator can force a worse one. Thread-safe.
 */
public final class Modes implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Modes.class);
  private static final long LOOK_NS = 200_000_000L;
  private static final long START_NS = 10_000_000_000L;

  private final Capabilities capabilities;
  private final Outside outside;
  private final Clock clock;
  private final Damping damping;
  private volatile @Nullable Supplier<NodeHealth> seen;
  private volatile BooleanSupplier overloaded = () -> false;
  private final List<Supplier<String>> ails = new CopyOnWriteArrayList<>();
  private volatile State state;
  private volatile @Nullable Forced forced;
  private volatile @Nullable Thread looker;
  private volatile boolean closed;
  private boolean begun;
  private long startedNs;

  /** Whether what is derived is worse than the mode in force, or better, and since when. */
  private int leaning;

  private long leaningSinceNs;

  /** How long a cause must stand, and how long it must be gone. */
  public record Damping(Duration worse, Duration better) {
    /** Half a second, and five. */
    public static Damping defaults() {
      return new Damping(Duration.ofMillis(500), Duration.ofSeconds(5));
    }
  }

  /**
   * A mode.
   *
   * @param why the evidence; empty for normal
   * @param sinceMicros when it came
   * @param forced true if an operator said so
   */
  public record State(Mode mode, String why, long sinceMicros, boolean forced) {}

  private record Forced(Mode mode, String reason, String by) {}

  /**
   * Normal, until {@link #start}.
   *
   * @param policies by name of the dependency
   */
  public Modes(TypeRegistry types, Map<String, Policy> policies, Clock clock) {
    this(
        new Capabilities(types.capabilities(), clock),
        new Policies(policies, types.handlersCall()),
        new Looking(clock, Damping.defaults()));
  }

  /** How it looks. */
  record Looking(Clock clock, Damping damping) {}

  Modes(Capabilities capabilities, Policies policies, Looking looking) {
    this.capabilities = capabilities;
    this.clock = looking.clock;
    this.outside = new Outside(capabilities, policies, clock);
    this.damping = looking.damping;
    this.state = new State(Mode.NORMAL, "", clock.wallMicros(), false);
  }

  /** What services declared. */
  public Capabilities capabilities() {
    return capabilities;
  }

  /** The way to everything that steps call. */
  public Outside outside() {
    return outside;
  }

  /** Has somebody say when the node has more to do than it can. */
  public void overloaded(BooleanSupplier by) {
    overloaded = by;
  }

  /** Has one more say why the node can do less than it should; empty if it can do all. */
  public void ails(Supplier<String> by) {
    ails.add(by);
  }

  private String ailing() {
    return ails.stream().map(Supplier::get).filter(why -> !why.isEmpty()).findFirst().orElse("");
  }

  /** Begins to look at this. */
  public void start(Supplier<NodeHealth> health) {
    see(health);
    Thread thread = new Thread(this::run, "node-mode");
    thread.setDaemon(true);
    looker = thread;
    thread.start();
  }

  /** Looks at this when it is told to. */
  void see(Supplier<NodeHealth> health) {
    startedNs = clock.monotonicNs();
    seen = health;
  }

  private void run() {
    while (!closed) {
      try {
        look();
      } catch (RuntimeException e) {
        LOG.error("the node's mode could not be derived", e);
      }
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  /** In force now. */
  public State state() {
    return state;
  }

  /** At least this mode, until it is released. Reads go on in all of them. */
  public void force(Mode mode, String reason, String by) {
    forced = new Forced(mode, reason, by);
    LOG.warn("mode {} is forced by {}: {}", mode.text(), by, reason);
    look();
  }

  /** Takes that back. */
  public void release(String reason, String by) {
    forced = null;
    LOG.warn("the forced mode is released by {}: {}", by, reason);
    look();
  }

  /** Why commands are refused although they could be done; null if they are not. */
  public @Nullable String refusal() {
    Forced by = forced;
    return by == null || by.mode.compareTo(Mode.READ_ONLY) < 0
        ? null
        : "mode " + by.mode.text() + " was forced by an operator: " + by.reason;
  }

  /** Why requests of a tenant to a type, queue or view are refused now; null if they are not. */
  public @Nullable String refusal(String covered, String tenant) {
    return capabilities.refusal(covered, dependency -> outside.failsFor(dependency, tenant));
  }

  /** What is derived from what can be seen at this moment. */
  private record Derived(Mode mode, String why) {}

  synchronized void look() {
    Supplier<NodeHealth> at = seen;
    if (at == null) {
      return;
    }
    NodeHealth health = at.get();
    if (!begun(health)) {
      return;
    }
    String away = away(health);
    String busy = overloaded.getAsBoolean() ? "the node has more to do than it can" : ailing();
    String journal = health.writes() ? "" : "nothing can be written: " + unwritable(health);
    String degraded =
        capabilities.look(one -> missing(one, new Lacks(journal, away, busy)), damping);
    Derived now = derived(health, new Lacks(journal, away, busy), degraded);
    Forced by = forced;
    if (by != null && by.mode.compareTo(now.mode) > 0) {
      change(new Derived(by.mode, "forced by " + by.by + ": " + by.reason), true);
    } else if (state.forced()) {
      change(now, false);
    } else {
      damped(now);
    }
  }

  /** A node that has just started is not without what it has not had yet. */
  private boolean begun(NodeHealth health) {
    if (!begun) {
      begun = health.writes() || clock.monotonicNs() - startedNs > START_NS;
    }
    return begun;
  }

  /** What the node as a whole is without; each empty if it is there. */
  private record Lacks(String journal, String connectivity, String time) {}

  private Lack missing(Capability one, Lacks lacks) {
    for (String need : one.needs()) {
      String why =
          switch (need) {
            case Capability.JOURNAL -> lacks.journal;
            case Capability.CONNECTIVITY -> lacks.connectivity;
            default -> outside.missing(need);
          };
      if (!why.isEmpty()) {
        return new Lack(why, Capability.isDependency(need));
      }
    }
    return one.criticality() == Criticality.OPTIONAL ? Lack.of(lacks.time) : Lack.NOTHING;
  }

  private String away(NodeHealth health) {
    boolean alone =
        health.shards().stream().allMatch(one -> one.state() == NodeHealth.State.NO_LEADER);
    if (alone && !health.shards().isEmpty()) {
      return "no other node can be reached";
    }
    return outside.nothingAnswers() ? "none of the dependencies answers" : "";
  }

  private static String unwritable(NodeHealth health) {
    for (NodeHealth.Shard shard : health.shards()) {
      if (shard.state() != NodeHealth.State.READY) {
        return "shard " + shard.shard() + " is " + shard.state() + ": " + shard.reason();
      }
    }
    return "no shard is ready";
  }

  private Derived derived(NodeHealth health, Lacks lacks, String degraded) {
    if (health.shards().stream().anyMatch(one -> one.state() == NodeHealth.State.DRAINING)) {
      return new Derived(Mode.DRAINING, "the node is being stopped");
    }
    if (!lacks.journal.isEmpty()) {
      return new Derived(Mode.READ_ONLY, lacks.journal);
    }
    if (!lacks.connectivity.isEmpty()) {
      return new Derived(Mode.ISLAND, lacks.connectivity);
    }
    String why = degraded.isEmpty() ? lacks.time : degraded;
    return why.isEmpty() ? new Derived(Mode.NORMAL, "") : new Derived(Mode.BROWNOUT, why);
  }

  private void damped(Derived now) {
    long nowNs = clock.monotonicNs();
    int compared = Integer.signum(now.mode.compareTo(state.mode()));
    if (compared != leaning) {
      leaning = compared;
      leaningSinceNs = nowNs;
    }
    Duration needed = compared > 0 ? damping.worse : damping.better;
    boolean stood = nowNs - leaningSinceNs >= needed.toNanos();
    if (compared == 0 || now.mode == Mode.DRAINING || stood) {
      change(now, false);
    }
  }

  private void change(Derived now, boolean by) {
    State before = state;
    if (before.mode() == now.mode && before.forced() == by) {
      state = new State(now.mode, now.why, before.sinceMicros(), by);
      return;
    }
    leaning = 0;
    state = new State(now.mode, now.why, clock.wallMicros(), by);
    LOG.warn(
        "mode {} -> {}{}",
        before.mode().text(),
        now.mode.text(),
        now.why.isEmpty() ? ": nothing is missing any more" : ": " + now.why);
  }

  @Override
  public void close() {
    closed = true;
    Thread thread = looker;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }
}
