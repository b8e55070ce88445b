package dev.perdure.journal.ratis;

import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Replica;
import dev.perdure.kernel.Check;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;

/**
 * A shard's journal as a Raft group of the node's server. After {@link #close}, also after a
 * failure of the log, {@link #start} begins anew on the same replica.
 *
 * <p>Threading: start and close exclude each other; {@code append} belongs to the shard's loop; the
 * rest is thread-safe.
 */
final class RatisJournal implements Journal {

  private final ShardGroup group;
  private final Replica replica;
  private final RatisJournals node;
  private final AtomicLong calls = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile @Nullable Running running;

  RatisJournal(ShardGroup group, Replica replica, RatisJournals node) {
    this.group = group;
    this.replica = replica;
    this.node = node;
  }

  /**
   * What exists between start and close.
   *
   * @param client new for each start: Ratis answers a repeated (client, call) from its cache
   * @param submit the division itself: {@code RaftServer}'s own method hands the request to a pool
   *     and waits for it
   */
  private record Running(
      ShardMachine machine,
      RaftServer.Division division,
      RaftClientAsynchronousProtocol submit,
      ClientId client) {}

  @Override
  public synchronized void start() {
    Check.invariant(running == null, "The journal runs already");
    failure.set(null);
    ShardMachine machine = new ShardMachine(replica, new FromMachine());
    node.machine(group.id(), machine);
    ClientId client = ClientId.randomId();
    manage(GroupManagementRequest.newAdd(client, group.peer(), next(), group.group(), false));
    try {
      RaftServer.Division division = node.server().getDivision(group.id());
      RaftClientAsynchronousProtocol submit = (RaftClientAsynchronousProtocol) division;
      running = new Running(machine, division, submit, client);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void append(long term, byte[] entry) {
    Running now = running;
    if (now == null || now.machine.leadingTerm() != term) {
      replica.appendFailed(term, new IllegalStateException("Not the leader of term " + term));
      return;
    }
    RaftClientRequest request =
        request(now, RaftClientRequest.writeRequestType(), Message.valueOf(EntryBytes.wrap(entry)));
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = now.submit.submitClientRequestAsync(request);
    } catch (IOException | RuntimeException e) {
      replica.appendFailed(term, e);
      return;
    }
    var _ =
        reply.whenComplete(
            (answer, error) -> {
              Throwable problem = error != null ? error : answer.getException();
              if (problem != null) {
                replica.appendFailed(term, problem);
              }
            });
  }

  @Override
  public boolean leads(long term) {
    Running now = running;
    return now != null
        && now.machine.leadingTerm() == term
        && failure.get() == null
        && now.division.getInfo().isLeader()
        && now.division.getInfo().getCurrentTerm() == term
        && now.division.getRaftConf().getAllPeers().size() == 1;
  }

  @Override
  public CompletionStage<Void> confirmLeadership(long term) {
    Running now = running;
    if (now == null || now.machine.leadingTerm() != term) {
      return CompletableFuture.failedFuture(notLeader(term));
    }
    RaftClientRequest read =
        request(now, RaftClientRequest.readRequestType(false, false, true), Message.EMPTY);
    try {
      return now.submit
          .submitClientRequestAsync(read)
          .thenAccept(
              reply -> {
                if (!reply.isSuccess()) {
                  throw new CompletionException(reply.getException());
                }
                if (now.machine.leadingTerm() != term || failure.get() != null) {
                  throw new CompletionException(notLeader(term));
                }
              });
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void snapshotTaken() {
    Running now = running;
    LogPosition snapshot = replica.snapshot();
    if (now != null && snapshot.index() >= 0 && failure.get() == null) {
      var _ = now.division.getRaftLog().purge(snapshot.index());
    }
  }

  @Override
  public JournalStatus status() {
    Running now = running;
    long bytes = 0;
    if (now == null) {
      JournalStatus.Role role =
          failure.get() == null ? JournalStatus.Role.CLOSED : JournalStatus.Role.FAILED;
      return new JournalStatus(role, 0, -1, -1, -1, 0, bytes);
    }
    RaftLog log = now.division.getRaftLog();
    TermIndex last = log.isOpened() ? log.getLastEntryTermIndex() : null;
    return new JournalStatus(
        role(now),
        now.division.getInfo().getCurrentTerm(),
        last == null ? log.getSnapshotIndex() : last.getIndex(),
        log.getLastCommittedIndex(),
        now.machine.getLastAppliedTermIndex().getIndex(),
        now.machine.flushes(),
        bytes);
  }

  private JournalStatus.Role role(Running now) {
    if (failure.get() != null) {
      return JournalStatus.Role.FAILED;
    }
    return switch (now.division.getInfo().getCurrentRole()) {
      case LEADER -> JournalStatus.Role.LEADER;
      case CANDIDATE -> JournalStatus.Role.CANDIDATE;
      case FOLLOWER, LISTENER, UNRECOGNIZED -> JournalStatus.Role.FOLLOWER;
    };
  }

  @Override
  public synchronized void close() {
    Running now = running;
    if (now == null) {
      return;
    }
    running = null;
    manage(
        GroupManagementRequest.newRemove(
            now.client, group.peer(), next(), group.id(), false, false));
  }

  private void manage(GroupManagementRequest request) {
    try {
      RaftClientReply reply = node.server().groupManagement(request);
      if (!reply.isSuccess()) {
        throw new IOException(reply.getException());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The journal of shard " + group.shard() + " cannot be used: " + e.getMessage(), e);
    }
  }

  private RaftClientRequest request(Running now, RaftClientRequest.Type type, Message message) {
    return RaftClientRequest.newBuilder()
        .setClientId(now.client)
        .setServerId(group.peer())
        .setGroupId(group.id())
        .setCallId(next())
        .setType(type)
        .setMessage(message)
        .build();
  }

  private long next() {
    return calls.incrementAndGet();
  }

  private static IllegalStateException notLeader(long term) {
    return new IllegalStateException("Not the leader of term " + term);
  }

  private final class FromMachine implements ShardMachine.Events {
    @Override
    public void applied(LogPosition position) {}

    @Override
    public void flushing() {}

    @Override
    public void failed(Throwable cause) {
      if (failure.compareAndSet(null, cause)) {
        replica.logFailed(cause);
      }
    }

    @Override
    public void closed() {}
  }
}
