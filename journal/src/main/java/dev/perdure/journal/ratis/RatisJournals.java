package dev.perdure.journal.ratis;

import dev.perdure.journal.ForceFigures;
import dev.perdure.journal.Journal;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Membership;
import dev.perdure.journal.Replica;
import dev.perdure.journal.ReplicaOrigin;
import dev.perdure.journal.Vote;
import dev.perdure.journal.link.StartingGroups;
import dev.perdure.kernel.Check;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.impl.ServerImplUtils;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * The journals of one node: one Raft server, and in it a Raft group per shard. Opening starts no
 * group; {@link Journal#start} of each journal does. Thread-safe.
 */
public final class RatisJournals implements AutoCloseable {

  private static final Clock CLOCK = Clock.system();
  private static final long MS = 1_000_000;

  /** Followers of a leader that does not listen any more stand for election one after another. */
  private static final int TURNS = 3;

  /** Others saw the connection break a little later. */
  private static final long SLACK_MS = 15;

  private final RatisSettings settings;
  private final DirectoryLock lock;
  private final RaftServer server;
  private final StartingGroups starting = new StartingGroups();
  private final ConcurrentMap<RaftGroupId, StateMachine> machines = new ConcurrentHashMap<>();
  private final ConcurrentMap<RaftGroupId, Long> endedNs = new ConcurrentHashMap<>();
  private final ConcurrentMap<Integer, RatisJournal> journals = new ConcurrentHashMap<>();

  private RatisJournals(RatisSettings settings, DirectoryLock lock) throws IOException {
    this.settings = settings;
    this.lock = lock;
    this.server = newServer();
  }

  /**
   * Takes the directory for this process and starts the server in it.
   *
   * @throws UncheckedIOException if the directory cannot be written or another process has it
   */
  public static RatisJournals open(RatisSettings settings) {
    warmUp();
    try {
      DirectoryLock lock = DirectoryLock.take(settings.directory());
      try {
        return new RatisJournals(settings, lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The journals in " + settings.directory() + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /**
   * Ratis registers each group with the JVM's bean server, and creating that one costs more time
   * than anything else of a start but reading the log; it is done beside.
   */
  private static void warmUp() {
    Thread.ofPlatform()
        .daemon()
        .name("perdure-journals-warm-up")
        .start(ManagementFactory::getPlatformMBeanServer);
  }

  /** The journal of a shard that this node founds, not started yet. */
  public Journal journal(int shard, Replica replica) {
    return journal(shard, replica, ReplicaOrigin.FOUNDED);
  }

  /** The journal of a shard of this node, not started yet. One at a time for each shard. */
  public Journal journal(int shard, Replica replica, ReplicaOrigin origin) {
    RatisJournal journal = new RatisJournal(new ShardGroup(shard, settings), replica, origin, this);
    Check.argument(
        journals.putIfAbsent(shard, journal) == null,
        "The journal of shard " + shard + " exists already");
    return journal;
  }

  /** Who replicates a shard of this node; null if it has no journal here. */
  public @Nullable Membership membership(int shard) {
    return journals.get(shard);
  }

  /** Forgets a shard whose journal was closed. */
  public void forget(int shard) {
    journals.remove(shard);
  }

  /**
   * The newest committed list of a shard's members, as {@link #beginBehind} takes it on another
   * node.
   */
  public byte[] configuration(int shard) throws IOException {
    return RaftMeta.configuration(new ShardGroup(shard, settings).logDirectory());
  }

  /**
   * Drops a shard's log, so that its journal begins behind a snapshot of another replica. The shard
   * must have no journal, and whatever the log held behind the snapshot must have counted for
   * nothing.
   *
   * @param leader who leads, in which term: unless it promised something in a later term, it stands
   *     by that, so that a replica that forgot an earlier vote cannot vote twice
   * @param configuration as {@link #configuration} gave it
   */
  public void beginBehind(int shard, Vote leader, byte[] configuration) throws IOException {
    Check.argument(!journals.containsKey(shard), "The journal of shard " + shard + " is in use");
    ShardGroup group = new ShardGroup(shard, settings);
    Path log = group.logDirectory();
    StableFiles.createDirectories(log);
    for (SegmentFile file : SegmentFile.list(log)) {
      Files.delete(file.path());
    }
    Files.deleteIfExists(group.directory().resolve(ForcedMark.NAME));
    StableFiles.forceDirectory(group.directory());
    RaftMeta.begin(log, leader, configuration);
  }

  /**
   * Index of the last entry in a shard's log; -1 if it is empty. The shard must have no journal.
   */
  public long lastIndex(int shard) throws IOException {
    Path directory = new ShardGroup(shard, settings).directory();
    return LogVerifier.verify(directory, LogVerifier.Expected.NOTHING).last().index();
  }

  /**
   * Removes a shard's log for good. The shard must have no journal. What was promised in elections
   * stays, in a small file: should this node hold a replica again, it must not vote twice in a
   * term.
   */
  public void erase(int shard) throws IOException {
    Check.argument(!journals.containsKey(shard), "The journal of shard " + shard + " is in use");
    RaftMeta.keepOnly(new ShardGroup(shard, settings).directory());
  }

  /** What forcing a log of this node took lately, the median of its slowest; 0 if not known. */
  public long forceNs() {
    return SilentMetrics.medianNs(settings.node());
  }

  /** What forcing the slowest log of this node took lately, also at times. */
  public ForceFigures forces() {
    return SilentMetrics.forces(settings.node());
  }

  /**
   * Makes forcing the logs that are open now take so much longer, as on a disk that stalls: a fault
   * for tests and experiments. Zero ends it.
   */
  public void slowForces(Duration by) {
    SilentMetrics.slow(settings.node(), by.toNanos());
  }

  /**
   * True if a shard's log goes on behind an index without a hole. The shard must have no journal.
   */
  public boolean goesOnBehind(int shard, long index) throws IOException {
    Path directory = new ShardGroup(shard, settings).directory();
    LogReport report = LogVerifier.verify(directory, LogVerifier.Expected.NOTHING);
    return report.last().index() >= index
        && !report.segments().isEmpty()
        && report.segments().getFirst().firstIndex() <= index + 1;
  }

  /**
   * Term of an entry in a shard's log; -1 if the log does not hold it. The shard must have no
   * journal.
   */
  public long termAt(int shard, long index) {
    try (LogEntries entries = LogEntries.of(settings.directory(), shard)) {
      while (entries.hasNext()) {
        LogPosition position = entries.next().position();
        if (position.index() == index) {
          return position.term();
        }
      }
    }
    return -1;
  }

  /**
   * A node's connection broke, and it refuses another: what follows it here stands for election as
   * soon as everybody can have heard nothing of it for the shortest election timeout; one member of
   * each shard before the next. A sign of life calls it off. Returns at once.
   */
  public void refused(String node) {
    long sinceNs = CLOCK.monotonicNs();
    long min = settings.timeouts().electionMin().toMillis();
    var _ =
        Thread.ofVirtual()
            .name("elections-" + node)
            .start(
                () -> {
                  for (int turn = 0; turn < TURNS; turn++) {
                    long dueMs = min + SLACK_MS + turn * min / TURNS;
                    LockSupport.parkNanos(sinceNs + dueMs * MS - CLOCK.monotonicNs());
                    long silentMs = (CLOCK.monotonicNs() - sinceNs) / MS;
                    for (RatisJournal journal : journals.values()) {
                      if (Math.min(journal.turnBehind(node), TURNS - 1) == turn) {
                        journal.stand(node, silentMs);
                      }
                    }
                  }
                });
  }

  /** The port on which other nodes reach this one; -1 if it has no peers. */
  public int port() {
    return settings.peering() == null ? -1 : server.getServerRpc().getInetSocketAddress().getPort();
  }

  /** Starts a shard's group. One at a time: groups read the properties when they are added. */
  synchronized void addGroup(RaftGroup group, JournalSession session, LogReport log)
      throws IOException {
    machines.put(group.getGroupId(), session.machine());
    RatisProperties.setCachedSegments(server.getProperties(), log, session.snapshotIndex());
    RatisProperties.setFirstElection(
        server.getProperties(), settings.timeouts(), alone(group, log));
    UUID id = group.getGroupId().getUuid();
    starting.add(id);
    try {
      manage(
          GroupManagementRequest.newAdd(
              session.client(), server.getId(), session.nextCall(), group, false));
    } catch (IOException | RuntimeException e) {
      session.machine().abandon(e);
      throw e;
    } finally {
      starting.remove(id);
    }
    session.running(server.getDivision(group.getGroupId()));
  }

  /** True if it is a group of its own, as far as can be told before it starts. */
  private static boolean alone(RaftGroup group, LogReport log) throws IOException {
    int members = RaftMeta.members(log.directory().resolve("current"));
    return members < 0 ? group.getPeers().size() == 1 : members == 1;
  }

  /** Stops a shard's group and leaves its files. */
  void removeGroup(ShardGroup group, JournalSession session) {
    try {
      manage(
          GroupManagementRequest.newRemove(
              session.client(), group.peer(), session.nextCall(), group.id(), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    endedNs.put(group.id(), CLOCK.monotonicNs());
  }

  /**
   * Waits until no lease counts on what this node heard before it closed a group. The engine does
   * not know after a start whom it followed, and would vote at once.
   */
  void awaitLeaseEnd(ShardGroup group) {
    Long ended = endedNs.get(group.id());
    if (ended == null || settings.peering() == null) {
      return;
    }
    long untilNs = ended + settings.timeouts().electionMin().toNanos();
    for (long left = untilNs - CLOCK.monotonicNs();
        left > 0 && !Thread.currentThread().isInterrupted();
        left = untilNs - CLOCK.monotonicNs()) {
      LockSupport.parkNanos(left);
    }
  }

  private void manage(GroupManagementRequest request) throws IOException {
    RaftClientReply reply = server.groupManagement(request);
    if (!reply.isSuccess()) {
      throw new IOException(reply.getException());
    }
  }

  /** Stops every journal and the server, and gives the directory free. Idempotent. */
  @Override
  public void close() {
    journals.values().forEach(RatisJournal::close);
    try {
      server.close();
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ratis starts by itself every group that it finds on disk when a server is built. Ours start one
   * by one, each after its files were verified, so the server is built on a directory that is empty
   * and told the real one afterwards: groups read the property when they are added.
   *
   * <p>Ratis's builder does no more than this call, but by reflection, for which the JVM spins
   * classes for a tenth of a second at every start.
   */
  private RaftServer newServer() throws IOException {
    RaftProperties properties = RatisProperties.of(settings);
    Path none = settings.directory().resolve("none");
    RatisProperties.setStorageDirectory(properties, none);
    RaftServer built =
        ServerImplUtils.newRaftServer(
            RaftPeerId.valueOf(settings.node()),
            null,
            RaftStorage.StartupOption.FORMAT,
            this::registered,
            null,
            properties,
            RatisProperties.parameters(settings, starting));
    RatisProperties.setStorageDirectory(properties, settings.directory());
    built.start();
    return built;
  }

  private StateMachine registered(RaftGroupId group) {
    StateMachine machine = machines.get(group);
    Check.invariant(machine != null, "No journal is registered for Raft group " + group);
    return Objects.requireNonNull(machine);
  }
}
