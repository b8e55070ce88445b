package dev.perdure.runtime.node;

import dev.perdure.api.Service;
import dev.perdure.journal.ratis.RatisJournals;
import dev.perdure.journal.ratis.RatisSettings;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Level;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.PeerOptions;
import dev.perdure.runtime.Queues;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.Subscriptions;
import dev.perdure.runtime.Transactions;
import dev.perdure.runtime.Views;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.MapMessage;
import dev.perdure.runtime.consume.ConsumeParts;
import dev.perdure.runtime.consume.ConsumeParts.Means;
import dev.perdure.runtime.consume.Consumers;
import dev.perdure.runtime.consume.SubscriptionDoor;
import dev.perdure.runtime.dispatch.Dispatcher;
import dev.perdure.runtime.dispatch.Others;
import dev.perdure.runtime.dispatch.QueueDoor;
import dev.perdure.runtime.dispatch.QueueParts;
import dev.perdure.runtime.drive.DriveParts;
import dev.perdure.runtime.drive.Drivers;
import dev.perdure.runtime.drive.SagaDoor;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Lead;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.shard.ShardParts;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.stream.Streams;
import dev.perdure.runtime.transact.Resolver;
import dev.perdure.runtime.transact.TransactionDoor;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.view.ViewDoor;
import dev.perdure.runtime.view.ViewKeepers;
import dev.perdure.runtime.wake.Wakes;
import dev.perdure.runtime.watch.Watch;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: its shards behind the slot map, on one data directory. Opening returns when every shard
 * is recovering or ready; {@link #health} tells when writes succeed. Thread-safe.
 */
public final class Node implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final int SAGAS_DRIVEN_MAX = 1_024;
  private static final Duration ANY_STEP = Duration.ofDays(36_500);

  private final NodeOptions options;
  private final DataDirectory data;
  private final Level level;
  private final TypeRegistry types;
  private final NativeMemory memory;
  private final RatisJournals journals;
  private final ReplicaSet replicas;
  private final Entities entities;
  private final @Nullable Peers peers;
  private final NodeWatch watch;
  private final SelfWatch self;
  private final Lead lead = new Lead();
  private final CompletableFuture<String> unfit = new CompletableFuture<>();
  private final Backups backups;
  private final SagaDoor sagas;
  private final Drivers drivers;
  private final Consumers consumers;
  private final SubscriptionDoor subscriptions;
  private final Streams streams;
  private final TransactionDoor transactions;
  private final Resolver resolver;
  private final ViewKeepers viewKeepers;
  private final Views views;
  private final Wakes wakes = new Wakes(this::state);
  private final Dispatcher dispatcher;
  private final QueueDoor queues;
  private final Modes modes;
  private boolean closed;

  private Node(NodeOptions options, List<? extends Service> services) {
    this.options = options;
    this.types = new TypeRegistry(services);
    this.modes = new Modes(types, options.policies(), options.clock());
    PeerOptions peerOptions = options.peers();
    Joining joining = peerOptions == null ? null : new Joining(options, peerOptions);
    this.data = joining == null ? Joining.alone(options) : joining.directory();
    this.level = new Level(options.build(), data);
    this.memory = new NativeMemory(options.limits().nativeBytesMax());
    this.peers = joining == null ? null : new Peers(options, data, types, level);
    this.journals = openJournals();
    this.replicas = new ReplicaSet(data, memory, journals, this::parts);
    if (peers == null) {
      this.entities = new NodeEntities(options, List.of(types), this::shardHere);
    } else {
      this.entities = peers.connect(replicas);
      peers.onLost(journals::refused);
    }
    DriveParts driving = driving();
    SagaListing listing = new SagaListing(driving, wakes, this::leading);
    this.sagas =
        new SagaDoor(
            driving, (query, door) -> listing.list(query, one -> door.get(one, listing.context())));
    this.drivers = new Drivers(driving, SAGAS_DRIVEN_MAX, sagas);
    types.sagas().forEach(model -> wakes.listen(model.name(), drivers));
    wakes.listen(Wakes.ANY, drivers);
    ConsumeParts consuming =
        new ConsumeParts(
            types, entities, sagas, replicas::get, this::shardNumbers, Means.of(modes.outside()));
    this.consumers = new Consumers(consuming);
    this.subscriptions = new SubscriptionDoor(consuming, consumers);
    this.streams = new Streams(this::shardNumbers, replicas::get);
    this.transactions =
        new TransactionDoor(
            new TransactionDoor.Parts(
                types, entities, options.clock(), options.entropy(), level::now));
    this.resolver = new Resolver(types, entities, options.clock());
    wakes.resolveBy(resolver);
    ViewKeepers.Shards viewed =
        new ViewKeepers.Shards(replicas::get, this::shardNumbers, options.clock());
    this.viewKeepers =
        new ViewKeepers(new ViewKeepers.Home(data.views(), data.cluster(), memory), viewed, types);
    this.views = new ViewDoor(viewKeepers, viewed);
    wakes.listen(types.subscriptionRecords().name(), consumers);
    QueueParts queueing = queueing();
    this.dispatcher = new Dispatcher(queueing);
    this.queues = new QueueDoor(queueing, dispatcher);
    wakes.listen(types.messages().name(), dispatcher);
    if (peers != null) {
      peers.answerQueues(queues::answer);
    }
    this.self = new SelfWatch(options, replicas, journals, peers);
    this.watch = new NodeWatch(options, data, replicas, this::damaged).heeds(self::leadElsewhere);
    this.backups =
        new Backups(
            new ClusterCopies(data, replicas, peers, options.clock()),
            options.clock(),
            options.limits().diskFreeBytesMin());
  }

  private DriveParts driving() {
    return new DriveParts(
        types,
        entities,
        this::shardHere,
        options.clock(),
        options.entropy(),
        options.limits().replyRetention(),
        new SagaCounts(
            new SagaCounts.Of(types, wakes, options.clock()),
            this::leading,
            options.sagasPerTenantMax()),
        modes.outside(),
        Set.of());
  }

  private QueueParts queueing() {
    return new QueueParts(
        new QueueParts.Core(types, entities, sagas, wakes, options.clock(), options.entropy()),
        this::shardHere,
        this::shardNumbers,
        level::now,
        peers == null ? Others.NONE : peers.others(),
        Set.of());
  }

  /** Of all shards with slots, wherever they are. */
  private List<Integer> shardNumbers() {
    return peers == null
        ? IntStream.range(0, data.shards()).boxed().toList()
        : peers.view().map().shards().stream()
            .filter(ClusterMap.Placement::settled)
            .map(ClusterMap.Placement::shard)
            .toList();
  }

  /** The shards that this node leads, without the system's. */
  private List<Shard> leading() {
    return replicas.all().stream()
        .filter(shard -> shard.leads() && shard.number() != ClusterMap.SYSTEM_SHARD)
        .sorted(Comparator.comparingInt(Shard::number))
        .toList();
  }

  private RatisJournals openJournals() {
    RatisSettings settings =
        RatisSettings.of(data.cluster(), data.nodeId().toString(), data.journal());
    try {
      return RatisJournals.open(peers == null ? settings : settings.withPeering(peers.peering()));
    } catch (UncheckedIOException e) {
      throw new StartException(
          "data directory " + data.path() + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private @Nullable Shard shardHere(EntityAddress address) {
    return replicas.get(shardOf(address));
  }

  /** The number of an entity's shard; -1 if it is not known. */
  public int shardOf(EntityAddress address) {
    return peers == null
        ? address.slot() * data.shards() / EntityAddress.SLOTS
        : peers.view().shardOf(address);
  }

  private ShardParts parts(int shard, ShardState state) {
    Limits limits =
        options.acceptClock() ? options.limits().withClockStepMax(ANY_STEP) : options.limits();
    TypeRegistry of = shard == ClusterMap.SYSTEM_SHARD ? MapMessage.types() : types;
    return new ShardParts(
        state, of, limits, options.clock(), options.entropy(), Set.of(), level::now, wakes, lead);
  }

  private @Nullable ShardState state(int shard) {
    Shard here = replicas.get(shard);
    return here == null ? null : here.parts().state();
  }

  /**
   * Opens a node.
   *
   * @throws StartException if the data directory cannot be used, saying why and what to do
   */
  public static Node open(NodeOptions options, List<? extends Service> services) {
    Node node = new Node(options, services);
    try {
      node.startShards();
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void startShards() {
    List<Integer> numbers =
        peers == null
            ? IntStream.range(0, data.shards()).boxed().toList()
            : peers.toOpen(replicas.onDisk());
    if (peers != null && peers.founds()) {
      numbers.forEach(replicas::markFounded);
    }
    numbers.forEach(replicas::resume);
    List<Shard> opened =
        numbers.stream()
            .filter(one -> !replicas.unfinished(one))
            .map(one -> peers == null ? replicas.found(one) : replicas.open(one))
            .toList();
    if (peers != null) {
      peers.opened();
    }
    watch.checkDisk();
    opened.forEach(this::start);
    watch.start();
    self.start(modes, lead);
    modes.start(this::health);
    viewKeepers.start(replicas.onDisk());
    if (peers != null) {
      numbers.stream().filter(replicas::unfinished).forEach(peers::unfinished);
      peers.start();
      var _ = peers.unfit().thenAcceptAsync(this::standDown, Thread::startVirtualThread);
    }
  }

  /** A node with peers starts without what it cannot start: they can bring it up anew. */
  private void start(Shard shard) {
    try {
      shard.start();
    } catch (CorruptionException e) {
      if (peers == null) {
        throw e;
      }
      LOG.error("{}", e.getMessage());
      damaged(shard, String.valueOf(e.getMessage()));
    }
  }

  private void damaged(Shard shard, String why) {
    if (peers != null) {
      peers.damaged(shard.number(), why);
    }
  }

  /** What others write now, this build cannot read: its replicas neither follow nor vote. */
  private void standDown(String reason) {
    LOG.error("this node takes no part any more: {}", reason);
    replicas.close();
    unfit.complete(reason);
  }

  /** Completed with the reason if this node's build cannot go on in its cluster; close it then. */
  public CompletableFuture<String> unfit() {
    return unfit;
  }

  /** What this node may write. */
  public Level level() {
    return level;
  }

  /** Which entities want to be woken. */
  public Wakes wakes() {
    return wakes;
  }

  /** The other nodes; null if this one stays alone. */
  public @Nullable Peers peers() {
    return peers;
  }

  public Entities entities() {
    return entities;
  }

  /** The door to its sagas. */
  public Sagas sagas() {
    return sagas;
  }

  /** The sagas that it drives. */
  public Drivers drivers() {
    return drivers;
  }

  /** The door to subscriptions. */
  public Subscriptions subscriptions() {
    return subscriptions;
  }

  /** The door to queues. */
  public Queues queues() {
    return queues;
  }

  /** What its subscriptions do here. */
  public Consumers consumers() {
    return consumers;
  }

  /** The door to commands on several entities, all or nothing. */
  public Transactions transactions() {
    return transactions;
  }

  /** The events of all shards that it holds. */
  public Streams streams() {
    return streams;
  }

  /** In which mode it is, and why. */
  public Modes modes() {
    return modes;
  }

  /** What it notices of itself. */
  public Watch watch() {
    return self.watch();
  }

  /** The door to its views. */
  public Views views() {
    return views;
  }

  /** What keeps its views. */
  public ViewKeepers viewKeepers() {
    return viewKeepers;
  }

  public TypeRegistry types() {
    return types;
  }

  public DataDirectory data() {
    return data;
  }

  public Clock clock() {
    return options.clock();
  }

  public Limits limits() {
    return options.limits();
  }

  /** What it can do now. */
  public NodeHealth health() {
    return NodeHealth.of(states());
  }

  private List<NodeHealth.Shard> states() {
    Stream<NodeHealth.Shard> here = replicas.all().stream().map(Shard::health);
    return peers == null ? here.toList() : Stream.concat(here, peers.elsewhere()).toList();
  }

  RatisJournals journals() {
    return journals;
  }

  ReplicaSet replicas() {
    return replicas;
  }

  /** Figures of every shard. */
  public List<ShardFigures> figures() {
    return replicas.all().stream().map(Shard::figures).toList();
  }

  /** True if this node holds a shard's leading replica. */
  public boolean leads(int shard) {
    return replicas.all().stream().anyMatch(one -> one.number() == shard && one.leads());
  }

  /**
   * How often the loop of each shard has turned. A number that stands still is a loop that does.
   */
  public Map<Integer, Long> turns() {
    return replicas.all().stream().collect(Collectors.toMap(Shard::number, Shard::turns));
  }

  /** Bytes of native memory that the state stores use. */
  public long nativeBytes() {
    return memory.used();
  }

  /** Copies of everything the node or its cluster holds. */
  public Backups backups() {
    return backups;
  }

  /** Folds and hashes; see {@link Digests}. */
  public Digests digests() {
    return new Digests(
        types,
        replicas.all().stream().filter(one -> one.number() != ClusterMap.SYSTEM_SHARD).toList(),
        options.clock());
  }

  /** Takes no new work; what was taken is finished. What it leads is handed over first. */
  public void drain() {
    if (peers != null) {
      peers.control().handOver();
    }
    dispatcher.close(); // gave messages away as long as shards were led here
    replicas.all().forEach(Shard::drain);
  }

  /** True when everything that was taken is finished. */
  public boolean idle() {
    return replicas.all().stream().allMatch(Shard::idle);
  }

  /** Stops at once; waiting callers are told what is known. Idempotent. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    self.close();
    modes.close();
    dispatcher.close();
    viewKeepers.close();
    consumers.close();
    drivers.close();
    resolver.close();
    backups.close();
    if (peers != null) {
      peers.close();
    }
    watch.close();
    replicas.close();
    journals.close();
    memory.close();
  }
}
