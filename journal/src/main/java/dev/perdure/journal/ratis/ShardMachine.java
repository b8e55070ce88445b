package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Replica;
import dev.perdure.kernel.Check;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.apache.ratis.proto.RaftProtos;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * Ratis's view of a replica: hands over committed entries, keeps the order of leadership news, and
 * counts what the log does.
 *
 * <p>Threading: {@code apply*} and {@code notifyTermIndexUpdated} come from the group's apply
 * thread, {@code flush} from the log's writer, leadership news from any. News are passed on under
 * one lock, so that the replica never hears that it leads after it heard that it does not.
 */
final class ShardMachine extends BaseStateMachine {

  /** What the machine tells its journal. */
  interface Events {
    /** An entry is about to be handed over. Apply thread. */
    void applied(LogPosition position);

    /** What was written is about to be forced. The log's writer. */
    void flushing() throws IOException;

    /** Everything from an index on is about to be dropped. */
    void truncating(long index);

    /**
     * The leader's log begins with an index.
     *
     * @return true if this replica needs a snapshot before it can go on
     */
    boolean left(String leader, long firstIndex);

    void logFailed(Throwable cause);

    void applyFailed(Throwable cause);

    /** The engine ended the group, asked or not. */
    void closed();
  }

  private static final CompletableFuture<Message> DONE =
      CompletableFuture.completedFuture(Message.EMPTY);
  private static final CompletableFuture<TermIndex> NOTHING_INSTALLED = nothingInstalled();
  private static final CompletableFuture<Void> FLUSHED = CompletableFuture.completedFuture(null);
  private static final long NONE = -1;

  private final Replica replica;
  private final Events events;
  private final LongAdder flushes = new LongAdder();
  private final Object news = new Object();
  private volatile long leadingTerm = NONE;
  private long deposedTerm = NONE;
  private long configurationTerm = NONE;
  private boolean leaderReady;
  private volatile RaftServer.@Nullable Division division;
  private volatile @Nullable RaftStorage storage;
  private volatile @Nullable TermFile terms;

  ShardMachine(Replica replica, Events events) {
    this.replica = replica;
    this.events = events;
    LogPosition snapshot = replica.snapshot();
    setLastAppliedTermIndex(TermIndex.valueOf(snapshot.term(), snapshot.index()));
  }

  /** The engine's word for it is null. */
  @SuppressWarnings("NullAway")
  private static CompletableFuture<TermIndex> nothingInstalled() {
    return CompletableFuture.completedFuture(null);
  }

  /** The term in which this replica leads with everything earlier applied, or -1. */
  long leadingTerm() {
    return leadingTerm;
  }

  /** This replica's part of the group; null before the engine initialized it. */
  RaftServer.@Nullable Division division() {
    return division;
  }

  /** How often the log's writer forced entries to disk. */
  long flushes() {
    return flushes.sum();
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    getLifeCycle()
        .startAndTransition(
            () -> {
              super.initialize(server, group, storage);
              this.storage = storage;
              terms = TermFile.take(storage, events::logFailed);
              // The engine has made its directory by now, and does not force the name.
              StableFiles.forceDirectory(storage.getStorageDir().getRoot().toPath());
              division = server.getDivision(group);
            },
            IOException.class);
  }

  /**
   * The group could not be started. The engine forgets such a one, with its files locked and its
   * threads running: it could never be started again.
   */
  void abandon(Exception cause) {
    RaftServer.Division started = division;
    RaftStorage locked = storage;
    try {
      if (started != null) {
        started.close();
      } else if (locked != null) {
        locked.close();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    getLifeCycle()
        .startAndTransition(
            () -> {
              LogPosition snapshot = replica.snapshot();
              setLastAppliedTermIndex(TermIndex.valueOf(snapshot.term(), snapshot.index()));
            },
            IOException.class);
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    LogPosition position = new LogPosition(entry.getTerm(), entry.getIndex());
    ByteBuffer bytes = EntryBytes.of(entry.getStateMachineLogEntry().getLogData());
    handOver(position, () -> replica.apply(position, bytes));
    return DONE;
  }

  /** An entry of the engine's own was committed. */
  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    LogPosition position = new LogPosition(term, index);
    handOver(position, () -> replica.skip(position));
    if (leaderReady) {
      leaderReady = false;
      leading(configurationTerm);
    }
  }

  private void handOver(LogPosition position, Runnable step) {
    events.applied(position);
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      events.applyFailed(e);
      throw e;
    }
    updateLastAppliedTermIndex(position.term(), position.index());
  }

  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftConfigurationProto configuration) {
    configurationTerm = term;
    RaftStorage known = storage;
    if (known != null) {
      try {
        RaftMeta.requireStored(
            known.getStorageDir().getRoot().toPath().resolve("current"),
            LogEntryProto.newBuilder()
                .setTerm(term)
                .setIndex(index)
                .setConfigurationEntry(configuration)
                .build());
      } catch (IOException e) {
        events.logFailed(e);
      }
    }
  }

  /**
   * The entry that opened this leader's term is being applied; {@link #notifyTermIndexUpdated} for
   * the same entry follows on this thread.
   */
  @Override
  public void notifyLeaderReady() {
    leaderReady = true;
  }

  private void leading(long term) {
    synchronized (news) {
      if (term > deposedTerm) {
        leadingTerm = term;
        replica.leading(term);
      }
    }
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    following();
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    if (!member.getPeerId().equals(leader)) {
      following();
    }
  }

  private void following() {
    RaftServer.Division known = division;
    long term = known == null ? 0 : known.getInfo().getCurrentTerm();
    synchronized (news) {
      leadingTerm = NONE;
      deposedTerm = Math.max(deposedTerm, term);
      replica.following(term);
    }
  }

  @Override
  public CompletableFuture<Void> flush(long index) {
    TermFile known = terms;
    try {
      if (known != null) {
        known.requireWritten();
      }
      events.flushing();
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    flushes.increment();
    return FLUSHED;
  }

  @Override
  public CompletableFuture<Void> truncate(long index) {
    events.truncating(index);
    return FLUSHED;
  }

  /**
   * Snapshots are not taken from the engine's hands: the replica closes its journal and begins anew
   * behind one. The engine is told that there is none, and asks again until then.
   */
  @Override
  public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
      RoleInfoProto role, TermIndex first) {
    RaftProtos.ServerRpcProto leader = role.getFollowerInfo().getLeaderInfo();
    String node = leader.getId().getId().toStringUtf8();
    var _ = events.left(node, first.getIndex());
    return NOTHING_INSTALLED;
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
    events.logFailed(cause);
  }

  /** The replica takes snapshots by itself; Ratis only learns how far the newest reaches. */
  @Override
  public long takeSnapshot() {
    return replica.snapshot().index();
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    LogPosition snapshot = replica.snapshot();
    return snapshot.index() < 0 ? null : new Snapshot(snapshot);
  }

  @Override
  public void close() {
    events.closed();
  }

  private record Snapshot(LogPosition position) implements SnapshotInfo {
    private Snapshot {
      Check.invariant(position.index() >= 0, "A snapshot before the log's beginning");
    }

    @Override
    public TermIndex getTermIndex() {
      return TermIndex.valueOf(position.term(), position.index());
    }

    @Override
    public List<FileInfo> getFiles() {
      return List.of();
    }
  }
}
