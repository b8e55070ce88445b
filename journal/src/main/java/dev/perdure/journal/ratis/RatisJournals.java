package dev.perdure.journal.ratis;

import dev.perdure.journal.Journal;
import dev.perdure.journal.Replica;
import dev.perdure.kernel.Check;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.impl.ServerImplUtils;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;

/**
 * The journals of one node: one Raft server, and in it a Raft group per shard. Opening starts no
 * group; {@link Journal#start} of each journal does. Thread-safe.
 */
public final class RatisJournals implements AutoCloseable {

  private final RatisSettings settings;
  private final DirectoryLock lock;
  private final RaftServer server;
  private final ConcurrentMap<RaftGroupId, StateMachine> machines = new ConcurrentHashMap<>();
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

  /** The journal of a shard of this node, not started yet. Once per shard. */
  public Journal journal(int shard, Replica replica) {
    RatisJournal journal = new RatisJournal(new ShardGroup(shard, settings), replica, this);
    Check.argument(
        journals.putIfAbsent(shard, journal) == null,
        "The journal of shard " + shard + " exists already");
    return journal;
  }

  /** Starts a shard's group. One at a time: groups read the properties when they are added. */
  synchronized void addGroup(ShardGroup group, JournalSession session, LogReport log)
      throws IOException {
    machines.put(group.id(), session.machine());
    RatisProperties.setCachedSegments(server.getProperties(), log, session.snapshotIndex());
    manage(
        GroupManagementRequest.newAdd(
            session.client(), group.peer(), session.nextCall(), group.group(), false));
    session.running(server.getDivision(group.id()));
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
            null);
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
