package dev.perdure.runtime.node;

import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Membership;
import dev.perdure.journal.ReplicaOrigin;
import dev.perdure.journal.link.LinkClient;
import dev.perdure.journal.ratis.RatisJournals;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.cluster.Disk;
import dev.perdure.runtime.cluster.Replicas;
import dev.perdure.runtime.cluster.SnapshotCopy;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.shard.ShardParts;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StableDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of this node: opens, closes and replaces them. Reading is thread-safe; changes of
 * one shard take turns, those of others go on meanwhile: one may take minutes.
 *
 * <p>A directory {@code shards/N} is a replica. In it {@code founded} without {@code joined} says
 * that it founds its shard, {@code unfinished} that its state is being replaced, and {@code
 * diverged} that its facts are to be replaced and its log to stay: such a one is not opened.
 */
final class ReplicaSet implements Replicas, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaSet.class);
  private static final String FOUNDED = "founded";
  private static final String JOINED = "joined";
  private static final String DIVERGED = "diverged";
  private static final String BEGUN = "begun-";
  private static final String FETCHED = "fetched";
  private static final String GONE = "gone-";
  private static final Duration LOG_KEPT = Duration.ofMinutes(5);

  private final DataDirectory data;
  private final NativeMemory memory;
  private final RatisJournals journals;
  private final PartsMaker parts;
  private final Map<Integer, Shard> shards = new ConcurrentSkipListMap<>();
  private final Map<Integer, ShardFiles> files = new ConcurrentHashMap<>();
  private volatile @Nullable LinkClient links;
  private volatile BiConsumer<Integer, String> leftBehind = (shard, leader) -> {};
  private final Map<Integer, Object> turns = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private volatile String readOnly = "";
  private volatile Disk refuses = new Disk("", false, 0);

  /** Makes a shard's parts around its state. */
  interface PartsMaker {
    ShardParts make(int shard, ShardState state);
  }

  ReplicaSet(DataDirectory data, NativeMemory memory, RatisJournals journals, PartsMaker parts) {
    this.data = data;
    this.memory = memory;
    this.journals = journals;
    this.parts = parts;
  }

  /** From now on replicas can be fetched, and say when they are left behind. */
  void connect(LinkClient client, BiConsumer<Integer, String> onLeftBehind) {
    links = client;
    leftBehind = onLeftBehind;
  }

  /** Numbers of the replicas that are on disk. */
  List<Integer> onDisk() {
    Path all = data.shard(0).getParent();
    List<Integer> numbers = new ArrayList<>();
    if (all == null || !Files.isDirectory(all)) {
      return numbers;
    }
    try (Stream<Path> directories = Files.list(all)) {
      for (Path one : directories.sorted().toList()) {
        String name = String.valueOf(one.getFileName());
        if (name.startsWith(GONE)) {
          Snapshots.delete(one);
        } else if (name.matches("\\d{1,4}")
            && Objects.requireNonNull(one.toFile().list()).length > 0) { // else not marked yet
          numbers.add(Integer.parseInt(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return numbers;
  }

  /** What a change of a shard holds. */
  private Object turn(int shard) {
    return turns.computeIfAbsent(shard, any -> new Object());
  }

  /** True if a replica was left while its state was being replaced. */
  boolean unfinished(int shard) {
    Path directory = data.shard(shard);
    return Files.exists(directory.resolve(Replacement.NAME))
        || Files.exists(directory.resolve(DIVERGED));
  }

  /** Opens a replica of a shard that this node founds, or founded and nobody joined yet. */
  Shard found(int shard) {
    synchronized (turn(shard)) {
      return open(shard, ReplicaOrigin.FOUNDED);
    }
  }

  /** Marks that this node founds its shards, before there is anything of them. */
  void markFounded(int shard) {
    try {
      StableDirectory.create(data.shard(shard));
      StableDirectory.mark(data.shard(shard), FOUNDED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens a replica without starting it. Only one that says that it founded its shard, and never
   * led it yet, may begin a log of its own.
   */
  Shard open(int shard) {
    Path directory = data.shard(shard);
    boolean founds =
        Files.exists(directory.resolve(FOUNDED)) && !Files.exists(directory.resolve(JOINED));
    synchronized (turn(shard)) {
      return open(shard, founds ? ReplicaOrigin.FOUNDED : ReplicaOrigin.JOINED);
    }
  }

  /** Opens and starts a replica. One that cannot be started is not there. */
  private void begin(int shard) throws IOException {
    if (closed) {
      throw new IOException("the node is stopping");
    }
    Shard opened = open(shard);
    try {
      opened.start();
    } catch (RuntimeException e) {
      close(shard);
      throw e;
    }
  }

  private Shard open(int shard, ReplicaOrigin origin) {
    ShardFiles of = new ShardFiles(data, shard, memory);
    ShardState state = of.open();
    Shard opened =
        Shard.threaded(
            shard,
            parts.make(shard, state),
            Shard.snapshots(of.snapshots(), state.store(), shard),
            replica -> journals.journal(shard, replica, origin));
    opened.onLeftBehind(leader -> leftBehind.accept(shard, leader));
    files.put(shard, of);
    shards.put(shard, opened);
    opened.readOnly(readOnly);
    return opened;
  }

  @Override
  public void settled(int shard) {
    Path directory = data.shard(shard);
    if (Files.exists(directory.resolve(FOUNDED)) && !Files.exists(directory.resolve(JOINED))) {
      try {
        StableDirectory.mark(directory, JOINED);
      } catch (IOException e) {
        LOG.warn("shard {}: {} could not be marked as settled", shard, directory, e);
      }
    }
  }

  @Override
  public @Nullable Shard get(int shard) {
    return shards.get(shard);
  }

  @Override
  public Collection<Shard> all() {
    return shards.values();
  }

  /** Every replica, also one that is opened later, refuses writes for a reason; empty for none. */
  void readOnly(String reason) {
    readOnly = reason;
    shards.values().forEach(shard -> shard.readOnly(reason));
  }

  /** This node should not lead for a reason; empty for none. */
  void refuses(String reason, boolean lately) {
    refuses = new Disk(reason, lately, 0);
  }

  @Override
  public Disk disk() {
    return new Disk(refuses.refuses(), refuses.lately(), journals.forceNs());
  }

  @Override
  public @Nullable Membership membership(int shard) {
    return journals.membership(shard);
  }

  @Override
  public Optional<Snapshots.Kept> keep(int shard, boolean complete) throws IOException {
    Shard of = shards.get(shard);
    Membership membership = journals.membership(shard);
    if (of == null || membership == null || of.parts().state().hash().index() < 0) {
      return Optional.empty();
    }
    // First everything, so that what the copy needs is not purged while it is made.
    membership.keepLog(0, ExactCopy.MAX);
    // A snapshot's files may be ahead of it, which the log mends; who begins with it has none.
    Snapshots.Kept kept = exact(shard).take(complete).kept();
    membership.keepLog(kept.snapshot().index() + 1, LOG_KEPT);
    return Optional.of(kept);
  }

  @Override
  public void keepLog(int shard, long fromIndex) {
    Membership membership = journals.membership(shard);
    if (membership != null) {
      membership.keepLog(fromIndex, LOG_KEPT);
    }
  }

  @Override
  public Copied copy(int shard) throws IOException {
    return exact(shard).take(true);
  }

  private ExactCopy exact(int number) throws IOException {
    Shard shard = shards.get(number);
    ShardFiles of = files.get(number);
    if (shard == null || of == null) {
      throw new IOException("this node holds no replica of shard " + number);
    }
    return new ExactCopy(shard, of.snapshots(), () -> shards.get(number) == shard);
  }

  @Override
  public byte[] configuration(int shard) throws IOException {
    return journals.configuration(shard);
  }

  @Override
  public void add(int shard) throws IOException {
    synchronized (turn(shard)) {
      Path directory = data.shard(shard);
      Path begun = directory.resolveSibling(BEGUN + shard);
      boolean interrupted = Files.exists(directory) && !Files.exists(directory.resolve(JOINED));
      if (closed
          || shards.containsKey(shard)
          || (!interrupted && (Files.exists(directory) || Files.exists(begun)))) {
        return;
      }
      LOG.info("shard {}: this node founds it", shard);
      markFounded(shard);
      // It outlives the replica: an old map must not make this node found the shard again.
      StableDirectory.mark(Objects.requireNonNull(begun.getParent()), BEGUN + shard);
      begin(shard);
    }
  }

  @Override
  public void host(int shard, String leader) throws IOException {
    synchronized (turn(shard)) {
      if (closed || shards.containsKey(shard)) {
        return;
      }
      Path directory = data.shard(shard);
      LOG.info("shard {}: this node begins to hold a replica", shard);
      Snapshots.empty(directory);
      StableDirectory.mark(directory, Replacement.NAME);
      StableDirectory.mark(directory, JOINED);
      install(shard, Replacement.of(fetch(shard, leader, false), false));
    }
  }

  @Override
  public void rebuild(int shard, String from) throws IOException {
    synchronized (turn(shard)) {
      if (!closed) {
        rebuildInTurn(shard, from);
      }
    }
  }

  private void rebuildInTurn(int shard, String from) throws IOException {
    if (!shards.containsKey(shard) && resume(shard)) {
      begin(shard);
      return;
    }
    if (Files.exists(data.shard(shard).resolve(DIVERGED))) {
      restoreInTurn(shard, from);
      return;
    }
    boolean resumed = unfinished(shard);
    if (!resumed && !shards.containsKey(shard)) {
      if (Files.exists(data.shard(shard))) {
        begin(shard); // all of it is there, it could only not be started
      }
      return; // it left, or was begun anew meanwhile
    }
    // What a log held that is being replaced is not known any more: it cannot be compared.
    SnapshotCopy.Fetched fetched = fetch(shard, from, !resumed);
    close(shard);
    boolean keepsLog = false;
    if (!resumed) {
      try {
        keepsLog = keepsLog(shard, fetched.position());
      } catch (IOException e) {
        begin(shard);
        throw e;
      }
    }
    if (keepsLog) {
      StableDirectory.mark(data.shard(shard), DIVERGED);
    }
    install(shard, Replacement.of(fetched, keepsLog));
  }

  /**
   * True if a log goes on where a snapshot ends: what this replica promised behind it must not be
   * forgotten. If it holds another entry than the committed one where the snapshot stands, neither
   * that nor any behind it was ever committed, or will be.
   */
  private boolean keepsLog(int shard, LogPosition snapshot) throws IOException {
    long index = snapshot.index();
    long term = journals.termAt(shard, index);
    if (term >= 0 && term != snapshot.term()) {
      return false;
    }
    boolean goesOn = journals.goesOnBehind(shard, index);
    if (!goesOn && journals.lastIndex(shard) > index) {
      throw new IOException("the log begins behind " + index + ", where the leader's snapshot is");
    }
    return goesOn;
  }

  @Override
  public void restore(int shard, String from) throws IOException {
    synchronized (turn(shard)) {
      if (!closed && shards.containsKey(shard)) {
        StableDirectory.mark(data.shard(shard), DIVERGED);
        restoreInTurn(shard, from);
      }
    }
  }

  private void restoreInTurn(int shard, String from) throws IOException {
    SnapshotCopy.Fetched fetched = fetch(shard, from, true);
    close(shard);
    LogPosition at = fetched.position();
    install(shard, Replacement.of(fetched, keepsLog(shard, at)));
    LOG.info("shard {}: the replica stands on the leader's facts at index {}", shard, at.index());
  }

  /** Fetches a state; what was fetched before is gone then. */
  private SnapshotCopy.Fetched fetch(int shard, String from, boolean compared) throws IOException {
    LinkClient client = links;
    if (client == null) {
      throw new IOException("this node has no peers");
    }
    Replacement.fetchAgain(data.shard(shard));
    Path into = data.shard(shard).resolve(FETCHED);
    return new SnapshotCopy(client, from).fetch(shard, into, compared);
  }

  private void install(int shard, Replacement by) throws IOException {
    Path directory = data.shard(shard);
    StableDirectory.mark(directory, JOINED);
    by.write(directory);
    replace(shard, by);
    begin(shard);
  }

  /** Ends an interrupted replacing of a state, of no open replica; true if it is whole again. */
  boolean resume(int shard) {
    synchronized (turn(shard)) {
      try {
        Replacement begun = Replacement.begun(data.shard(shard));
        if (begun == null) {
          return false;
        }
        replace(shard, begun);
        LOG.info("shard {}: the replica stands at index {}", shard, begun.position().index());
        return true;
      } catch (IOException | RuntimeException e) {
        LOG.warn("shard {}: its state has to be fetched again: {}", shard, e.getMessage());
        return false;
      }
    }
  }

  /** Puts what was fetched in place of all there was. Goes on where it was interrupted. */
  private void replace(int shard, Replacement by) throws IOException {
    Path directory = data.shard(shard);
    Path fetched = directory.resolve(FETCHED);
    LogPosition at = by.position();
    Snapshots.delete(data.state(shard));
    if (at.index() < 0) {
      Snapshots.delete(data.snapshots(shard));
    } else if (Files.exists(fetched)) {
      new Snapshots(data.snapshots(shard)).adopt(fetched, at.term(), at.index());
    } else if (new Snapshots(data.snapshots(shard))
        .list().stream().noneMatch(one -> one.index() == at.index())) {
      throw new IOException("what was fetched is not there");
    }
    if (!by.keepsLog()) {
      journals.beginBehind(shard, by.leader(), by.configuration());
    }
    Files.delete(directory.resolve(Replacement.NAME));
    Files.deleteIfExists(directory.resolve(DIVERGED));
    StableDirectory.sync(directory);
  }

  private void close(int shard) {
    Shard open = shards.remove(shard);
    files.remove(shard);
    if (open != null) {
      open.close();
      journals.forget(shard);
    }
  }

  /** Opens a replica anew from its disk, unless it was replaced. It stands there until then. */
  void reload(Shard torn) {
    int shard = torn.number();
    synchronized (turn(shard)) {
      if (!closed && shards.get(shard) == torn && !unfinished(shard)) {
        torn.close();
        journals.forget(shard);
        open(shard).start();
        LOG.info("shard {}: its store can be written again; it was opened anew", shard);
      }
    }
  }

  @Override
  public void drop(int shard, BooleanSupplier unwanted) throws IOException {
    synchronized (turn(shard)) {
      if (!closed && Files.exists(data.shard(shard)) && unwanted.getAsBoolean()) {
        drop(shard);
      }
    }
  }

  private void drop(int shard) throws IOException {
    Path directory = data.shard(shard);
    close(shard);
    Path gone = directory.resolveSibling(GONE + shard);
    Snapshots.delete(gone);
    Files.move(directory, gone);
    StableDirectory.sync(Objects.requireNonNull(directory.getParent()));
    journals.erase(shard);
    Snapshots.delete(gone);
  }

  /**
   * Closes every replica, after the changes that are under way. Connections are closed before: so
   * none of those waits for another node.
   */
  @Override
  public void close() {
    closed = true;
    turns.forEach(
        (shard, turn) -> {
          synchronized (turn) {
            Shard open = shards.get(shard);
            if (open != null) {
              open.close();
            }
          }
        });
  }
}
