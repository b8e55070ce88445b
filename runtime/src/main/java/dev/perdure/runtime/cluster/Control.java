package dev.perdure.runtime.cluster;

import dev.perdure.journal.link.LinkException;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Check;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Level;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.shard.Shard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does for its cluster all the time: keeps its view of the map new, makes itself known,
 * brings shards to what the map wants, and, on the node that leads the system shard, plans what the
 * map should want next. One thread; commands run beside it, because they wait for a leader.
 */
public final class Control implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Control.class);
  private static final long TICK_MS = 250;
  private static final Duration ASK_MAX = Duration.ofMillis(700);
  private static final Duration COMMAND_MAX = Duration.ofSeconds(5);
  private static final Duration RAISE_ASK_MAX = Duration.ofSeconds(3);
  private static final long RAISE_PAUSE_NS = 100_000_000;
  private static final long JOIN_AGAIN_NS = 10_000_000_000L;
  private static final String PRINCIPAL = "system:control";

  private final Parts parts;
  private final Keeper keeper;
  private final Mover mover;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("cluster-control").factory());
  private final Heard heard;
  private Rates rates = new Rates();
  private int asked;
  private boolean belonged;
  private long planningSinceNs;
  private int refusedLevel;
  private volatile long joinRefusedNs;
  private final AtomicBoolean commanding = new AtomicBoolean();

  /**
   * What it works with.
   *
   * @param entities the door to the whole cluster
   * @param here the door to what this node holds
   * @param handler answers other nodes
   * @param self this node as it wants to be known
   * @param settings how
   */
  public record Parts(
      Router.Parts routing,
      Replicas replicas,
      Entities entities,
      Entities here,
      NodeHandler handler,
      ClusterMap.Node self,
      Settings settings) {}

  /**
   * How.
   *
   * @param cluster its id
   * @param seeds addresses to ask while no other node is known
   * @param founds shards of the new cluster if this node is its first; 0 if it joins one
   * @param deadAfter how long a node may be silent before its replicas are put elsewhere
   * @param saved where the newest map is kept for the next start
   * @param unfit told, once, why this node's build cannot go on in its cluster
   */
  public record Settings(
      String cluster,
      List<String> seeds,
      int founds,
      Duration deadAfter,
      Path saved,
      Consumer<String> unfit) {}

  public Control(Parts parts) {
    this.parts = parts;
    this.heard = new Heard(parts.routing.clock());
    this.joinRefusedNs = parts.routing.clock().monotonicNs() - JOIN_AGAIN_NS - 1;
    this.keeper = new Keeper(parts.routing, parts.replicas, heard, this::newestMap);
    this.mover = new Mover(parts.routing, parts.replicas, this::command);
  }

  /** Begins. */
  public void start() {
    var running = timer.scheduleWithFixedDelay(this::tick, 0, TICK_MS, TimeUnit.MILLISECONDS);
    Check.invariant(!running.isDone(), "the cluster's control does not run");
  }

  /** A replica of this node needs a snapshot of the given node. Any thread. */
  public void leftBehind(int shard, String leader) {
    keeper.leftBehind(shard, leader);
  }

  /** A replica of this node was left while its state was being replaced. */
  public void unfinished(int shard) {
    keeper.unfinished(shard);
  }

  /** A replica of this node cannot be started, and never will be. Any thread. */
  public void damaged(int shard, String why) {
    keeper.damaged(shard, why);
  }

  /** What nodes said of themselves when they were last asked, this one now. */
  public List<StatusMessage> statuses() {
    Map<String, StatusMessage> all = heard.statuses();
    all.put(parts.self.id(), StatusMessage.here(parts.routing, parts.replicas));
    return List.copyOf(all.values());
  }

  /** True if a node answered lately. */
  public boolean alive(String node) {
    return node.equals(parts.self.id()) || heard.alive(node);
  }

  /** What was heard of other nodes. */
  public Heard heard() {
    return heard;
  }

  private long now() {
    return parts.routing.clock().monotonicNs();
  }

  private void tick() {
    try {
      // What is commanded next must be by a map that shows what was commanded before.
      boolean free = !commanding.get();
      boolean newer = refresh();
      if (!atLevel()) {
        return;
      }
      if (newer) {
        save();
      }
      if (free) {
        introduce();
      }
      compare();
      keeper.tick();
      parts.handler.sweep();
      mover.tick();
      askAll();
      if (free) {
        plan();
      }
    } catch (RuntimeException e) {
      LOG.error("the cluster's control failed once, and goes on", e);
    }
  }

  /** Compares this node's replicas with others', as far as those said where they stand. */
  private void compare() {
    Map<String, StatusMessage> said = heard.lately();
    said.put(parts.self.id(), StatusMessage.here(parts.routing, parts.replicas));
    List<StatusMessage> all = List.copyOf(said.values());
    for (Shard shard : parts.replicas.all()) {
      String why = Divergence.of(parts.self.id(), shard.number(), all);
      if (!why.isEmpty()) {
        keeper.diverged(shard, why);
      }
    }
  }

  /** Takes the newest map from this node's own replica, or from another node; true if it is new. */
  private boolean refresh() {
    ClusterView view = parts.routing.view();
    boolean newer;
    if (parts.replicas.get(ClusterMap.SYSTEM_SHARD) != null) {
      newer =
          parts.here.read(ClusterMap.ADDRESS, context(ASK_MAX), true) instanceof Outcome.Done done
              && done.version() > view.version()
              && view.update(done.version(), MapMessage.read(done.body()));
    } else {
      newer = false;
    }
    List<String> others = others();
    if (!newer && !others.isEmpty()) {
      newer = ask(others.get(asked++ % others.size()));
    }
    if (newer) {
      Set<String> used = new HashSet<>(parts.settings.seeds);
      view.map().nodes().forEach(node -> used.add(node.address()));
      heard.retain(view.map().nodes().stream().map(ClusterMap.Node::id).toList());
      parts.routing.links().retain(used);
    }
    return newer;
  }

  /** The map as a quorum of the system shard confirms it; the view takes it over by itself soon. */
  private ClusterMap newestMap() throws IOException {
    Outcome outcome = parts.entities.read(ClusterMap.ADDRESS, context(COMMAND_MAX), false);
    if (outcome instanceof Outcome.Done done) {
      return MapMessage.read(done.body());
    }
    throw new IOException("no quorum confirmed the cluster's map: " + outcome);
  }

  /** Brings this node to the cluster's level; false if its build cannot work there. */
  private boolean atLevel() {
    ClusterMap map = parts.routing.view().map();
    Level level = parts.routing.level();
    if (map.id().isEmpty() || map.level() == level.now()) {
      return true;
    }
    if (!level.build().supports(map.level())) {
      timer.shutdown();
      parts.settings.unfit.accept(
          "the cluster is at level " + map.level() + "; " + level.build().refusal(map.level()));
      return false;
    }
    raise(level, map.level());
    return true;
  }

  /** A disk that refuses it must not keep the node from all else; it is tried with every tick. */
  private void raise(Level level, int to) {
    try {
      level.raise(to);
      LOG.info("the cluster is at level {}; this node is, too", level.now());
    } catch (UncheckedIOException e) {
      if (refusedLevel != to) {
        refusedLevel = to;
        LOG.error("the cluster is at level {}; this node stays at {}", to, level.now(), e);
      }
    }
  }

  private boolean ask(String address) {
    try {
      ByteWriter question = new ByteWriter(16).u8(Messages.MAP);
      byte[] answer =
          parts
              .routing
              .links()
              .ask(address, question.varint(parts.routing.view().version()).toBytes(), ASK_MAX);
      return MapMessage.take(parts.routing.view(), answer);
    } catch (LinkException e) {
      LOG.debug("no map from {}", address, e);
      return false;
    }
  }

  private List<String> others() {
    Set<String> others = new LinkedHashSet<>();
    parts.routing.view().map().nodes().forEach(node -> others.add(node.address()));
    if (others.isEmpty()) {
      others.addAll(parts.settings.seeds);
    }
    others.remove(parts.self.address());
    return new ArrayList<>(others);
  }

  private void save() {
    Path file = parts.settings.saved;
    ClusterView view = parts.routing.view();
    try {
      Path draft = file.resolveSibling(file.getFileName() + ".new");
      Files.write(draft, Saved.of(view.version(), view.map()));
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("the cluster's map could not be saved for the next start: {}", e.getMessage());
    }
  }

  /** Founds the cluster, or makes this node and its address known to it. */
  private void introduce() {
    ClusterMap map = parts.routing.view().map();
    if (map.id().isEmpty()) {
      Shard system = parts.replicas.get(ClusterMap.SYSTEM_SHARD);
      int level = parts.routing.level().now();
      if (parts.settings.founds > 0 && system != null && system.leads()) {
        submit(
            List.of(
                new ClusterCommand.Found(
                    parts.settings.cluster,
                    parts.settings.founds,
                    self(level),
                    level,
                    SlotMoves.lastKnown(parts.replicas.all()))));
      }
      return;
    }
    if (parts.routing.level().now() < map.level()) {
      return; // it must not say a level that its directory does not say
    }
    ClusterMap.Node known = map.node(parts.self.id()).orElse(null);
    belonged |= known != null;
    if (known == null && belonged) {
      return; // it was removed; started again, it may join again
    }
    ClusterMap.Node self = self(map.level());
    if (known == null || !known.with(self.status()).equals(self)) {
      if (now() - joinRefusedNs > JOIN_AGAIN_NS) {
        submit(List.of(new ClusterCommand.Join(self)));
      }
    }
  }

  private ClusterMap.Node self(int level) {
    return parts.self.at(level, parts.routing.level().build());
  }

  /** Asks every other node how it is, beside; the answers are there by the next time. */
  private void askAll() {
    for (ClusterMap.Node node : parts.routing.view().map().nodes()) {
      if (!node.id().equals(parts.self.id())) {
        var _ = Thread.startVirtualThread(() -> status(node));
      }
    }
  }

  private StatusMessage askStatus(ClusterMap.Node node) throws LinkException {
    byte[] question = new ByteWriter(1).u8(Messages.STATUS).toBytes();
    return StatusMessage.read(parts.routing.links().ask(node.address(), question, ASK_MAX));
  }

  private void status(ClusterMap.Node node) {
    try {
      long askedNs = now();
      StatusMessage status = askStatus(node);
      heard.said(status, askedNs);
      status.replicas().stream()
          .filter(StatusMessage.Replica::leads)
          .forEach(one -> parts.routing.view().leads(one.shard(), node.id(), one.term()));
    } catch (LinkException e) {
      LOG.debug("node {} does not answer", node.id(), e);
    }
  }

  private void plan() {
    Shard system = parts.replicas.get(ClusterMap.SYSTEM_SHARD);
    ClusterMap map = parts.routing.view().map();
    if (system == null || !system.leads() || map.id().isEmpty()) {
      planningSinceNs = now();
      rates = new Rates();
      return;
    }
    heard.last(rates::said);
    rates.said(StatusMessage.here(parts.routing, parts.replicas), now());
    // A new planner has heard of nobody yet.
    if (now() - planningSinceNs < Heard.ALIVE_NS) {
      return;
    }
    List<ClusterCommand> changes = Plan.next(map, heard(map));
    changes.forEach(change -> LOG.info("cluster: {}", change));
    submit(changes);
  }

  private Plan.Heard heard(ClusterMap map) {
    Set<String> alive = new HashSet<>();
    Set<String> dead = new HashSet<>();
    for (ClusterMap.Node node : map.nodes()) {
      if (alive(node.id())) {
        alive.add(node.id());
      } else if (now() - Math.max(planningSinceNs, heard.lastNs(node.id(), planningSinceNs))
          > parts.settings.deadAfter.toNanos()) {
        dead.add(node.id());
      }
    }
    Set<Integer> resting = new HashSet<>();
    for (StatusMessage status : statuses()) {
      for (StatusMessage.Replica one : status.replicas()) {
        Set<String> wanted = Set.copyOf(map.replicasOf(one.shard()));
        if (alive.contains(status.node())
            && one.leads()
            && wanted.equals(Set.copyOf(one.members()))) {
          resting.add(one.shard());
        }
      }
    }
    return new Plan.Heard(alive, dead, resting, rates.perSecond());
  }

  /**
   * Changes the map as an operator does: durable, and in its history. Beside, because it may take
   * seconds; nothing else is commanded until it is done.
   */
  private void submit(List<ClusterCommand> commands) {
    if (commands.isEmpty() || !commanding.compareAndSet(false, true)) {
      return;
    }
    var _ =
        Thread.ofVirtual()
            .name("cluster-command")
            .start(
                () -> {
                  try {
                    commands.forEach(this::command);
                  } catch (RuntimeException e) {
                    LOG.warn("cluster: {} failed", commands, e);
                  } finally {
                    commanding.set(false);
                  }
                });
  }

  private void command(ClusterCommand command) {
    Outcome outcome = change(command, PRINCIPAL);
    if (command instanceof ClusterCommand.Join && outcome instanceof Outcome.Rejected rejected) {
      joinRefusedNs = now();
      LOG.warn(
          "this node cannot join the cluster: {}. If that one is gone for good, as after its disk was"
              + " replaced, remove it with perdure cluster remove",
          rejected.detail());
    } else if (!(outcome instanceof Outcome.Done)) {
      LOG.info("cluster: {} was not taken: {}", command, outcome);
    }
  }

  /** Asks for a change of the map. */
  public Outcome change(ClusterCommand command, String principal) {
    long deadline = now() + COMMAND_MAX.toNanos();
    return parts.entities.execute(
        new EntityCommand(
            ClusterMap.ADDRESS,
            Objects.requireNonNull(MapMessage.types().stored(ClusterMap.ADDRESS.type()))
                .body(command),
            null,
            EntityCommand.Precondition.NONE,
            new CallContext(principal, "", deadline)));
  }

  /**
   * Puts the highest level in force that any node's build knows, for good; rejected unless every
   * node says now that it supports it.
   */
  public Outcome raise(String principal) {
    Build own = parts.routing.level().build();
    long patienceNs = now() + RAISE_ASK_MAX.toNanos();
    List<ClusterCommand.Runs> builds = new ArrayList<>();
    for (ClusterMap.Node node : parts.routing.view().map().nodes()) {
      Build build = node.id().equals(parts.self.id()) ? own : buildOf(node, patienceNs);
      if (build != null) {
        builds.add(new ClusterCommand.Runs(node.id(), build));
      }
    }
    int highest = builds.stream().mapToInt(one -> one.build().newest()).max().orElse(own.newest());
    return change(new ClusterCommand.Raise(highest, builds), principal);
  }

  /** What a node says now; null if it says nothing. One that was just started may need a moment. */
  private @Nullable Build buildOf(ClusterMap.Node node, long patienceNs) {
    while (true) {
      try {
        return askStatus(node).build();
      } catch (LinkException e) {
        if (now() - patienceNs >= 0) {
          LOG.info("node {} does not say what it supports: {}", node.name(), e.getMessage());
          return null;
        }
        LockSupport.parkNanos(RAISE_PAUSE_NS);
      }
    }
  }

  private CallContext context(Duration time) {
    return new CallContext(PRINCIPAL, "", now() + time.toNanos());
  }

  /** Hands over what this node leads, so that nobody waits for an election when it stops. */
  public void handOver() {
    timer.shutdownNow();
    keeper.handOverAll();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
