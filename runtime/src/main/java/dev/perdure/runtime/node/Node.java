package dev.perdure.runtime.node;

import dev.perdure.api.Service;
import dev.perdure.journal.ratis.RatisJournals;
import dev.perdure.journal.ratis.RatisSettings;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.shard.ShardParts;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.type.TypeRegistry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One node: its shards behind the slot map, on one data directory. Opening returns when every shard
 * is recovering or ready; {@link #health} tells when writes succeed. Thread-safe.
 */
public final class Node implements AutoCloseable {

  private static final Duration ANY_STEP = Duration.ofDays(36_500);

  private final NodeOptions options;
  private final DataDirectory data;
  private final TypeRegistry types;
  private final NativeMemory memory;
  private final RatisJournals journals;
  private final List<Shard> shards = new ArrayList<>();
  private final NodeEntities entities;
  private final NodeWatch watch;
  private boolean closed;

  private Node(NodeOptions options, List<? extends Service> services) {
    this.options = options;
    this.types = new TypeRegistry(services);
    this.data = DataDirectory.open(options);
    this.memory = new NativeMemory(options.limits().nativeBytesMax());
    this.journals = openJournals();
    this.entities = new NodeEntities(options, types, shards);
    this.watch = new NodeWatch(options, data, shards);
  }

  private RatisJournals openJournals() {
    try {
      return RatisJournals.open(RatisSettings.of(data.nodeId().toString(), data.journal()));
    } catch (UncheckedIOException e) {
      throw new StartException(
          "data directory " + data.path() + " cannot be opened: " + e.getMessage(), e);
    }
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
    Limits limits =
        options.acceptClock() ? options.limits().withClockStepMax(ANY_STEP) : options.limits();
    for (int number = 0; number < data.shards(); number++) {
      int shard = number;
      ShardFiles files = new ShardFiles(data, shard, memory);
      ShardState state = files.open();
      ShardParts parts =
          new ShardParts(state, types, limits, options.clock(), options.entropy(), Set.of());
      shards.add(
          Shard.threaded(
              shard,
              parts,
              Shard.snapshots(files.snapshots(), state.store(), shard),
              replica -> journals.journal(shard, replica)));
    }
    watch.checkDisk();
    shards.forEach(Shard::start);
    watch.start();
  }

  public Entities entities() {
    return entities;
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
    List<NodeHealth.Shard> states = shards.stream().map(Shard::health).toList();
    boolean writes = states.stream().allMatch(one -> one.state() == NodeHealth.State.READY);
    boolean reads =
        states.stream()
            .allMatch(
                one ->
                    one.state() == NodeHealth.State.READY
                        || one.state() == NodeHealth.State.READ_ONLY);
    return new NodeHealth(writes, reads, states);
  }

  /** Figures of every shard. */
  public List<ShardFigures> figures() {
    return shards.stream().map(Shard::figures).toList();
  }

  /** Bytes of native memory that the state stores use. */
  public long nativeBytes() {
    return memory.used();
  }

  /** Folds and hashes; see {@link Digests}. */
  public Digests digests() {
    return new Digests(types, shards, options.clock());
  }

  /** Takes no new work; what was taken is finished. */
  public void drain() {
    shards.forEach(Shard::drain);
  }

  /** True when everything that was taken is finished. */
  public boolean idle() {
    return shards.stream().allMatch(Shard::idle);
  }

  /** Stops at once; waiting callers are told what is known. Idempotent. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    watch.close();
    shards.forEach(Shard::close);
    journals.close();
    memory.close();
  }
}
