package dev.perdure.journal.ratis;

import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Member;
import dev.perdure.journal.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;

/**
 * A journal between one start and the next close.
 *
 * <p>Threading: {@code append} belongs to the shard's loop, {@code applied} to the apply thread,
 * {@code flushing} to the log's writer; the rest is thread-safe.
 */
final class JournalSession implements ShardMachine.Events {

  /**
   * What a session is made of.
   *
   * @param mark closed with the session
   * @param kept what must not be purged yet
   * @param onFailure called once if the log fails; must return at once
   */
  record Parts(
      ShardGroup group, Replica replica, ForcedMark mark, KeptLog kept, Runnable onFailure) {}

  private final Parts parts;
  private final ShardGroup group;
  private final Replica replica;
  private final ShardMachine machine;
  private final Path log;
  private final long snapshotIndex;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicLong calls = new AtomicLong();

  /** New for each session: Ratis answers a repeated (client, call) from its cache. */
  private final ClientId client = ClientId.randomId();

  private volatile RaftServer.@Nullable Division division;
  private volatile @Nullable Leadership leadership;
  private volatile boolean ending;
  private boolean ended;
  private volatile @Nullable EvictionThread eviction;
  private volatile @Nullable Thread writer;
  private @Nullable Path written;
  private long snapshotAsked;

  JournalSession(Parts parts) {
    this.parts = parts;
    this.group = parts.group();
    this.replica = parts.replica();
    this.log = group.logDirectory();
    this.machine = new ShardMachine(replica, this);
    this.snapshotIndex = replica.snapshot().index();
    this.snapshotAsked = snapshotIndex;
  }

  ShardMachine machine() {
    return machine;
  }

  /** Where the replay that this session begins with starts behind. */
  long snapshotIndex() {
    return snapshotIndex;
  }

  ClientId client() {
    return client;
  }

  long nextCall() {
    return calls.incrementAndGet();
  }

  /** The group runs: requests can be submitted. */
  void running(RaftServer.Division started) {
    eviction = EvictionThread.of(started.getMemberId().toString());
    leadership = new Leadership(started);
    division = started;
  }

  /** True once the log could not be written or the replica could not apply. */
  boolean failed() {
    return failure.get() != null;
  }

  boolean leadsIn(long term) {
    return machine.leadingTerm() == term && !failed();
  }

  void append(long term, byte[] entry) {
    RaftServer.Division now = division;
    if (now == null || !leadsIn(term)) {
      replica.appendFailed(term, notLeader(term));
      return;
    }
    CompletableFuture<RaftClientReply> reply;
    try {
      Message message = Message.valueOf(EntryBytes.wrap(entry));
      reply = submit(now, RaftClientRequest.writeRequestType(), message);
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

  /** A lone leader cannot be deposed without hearing of it; with peers a quorum must be asked. */
  boolean leads(long term) {
    RaftServer.Division now = division;
    return now != null
        && leadsIn(term)
        && now.getInfo().isLeader()
        && now.getInfo().getCurrentTerm() == term
        && Leadership.alone(now);
  }

  CompletionStage<Void> confirmLeadership(long term) {
    Leadership now = leadership;
    return now == null || !leadsIn(term)
        ? CompletableFuture.failedFuture(notLeader(term))
        : stillLeads(term, now.confirm(term)).thenRun(() -> {});
  }

  CompletionStage<Long> confirm() {
    long term = machine.leadingTerm();
    Leadership now = leadership;
    return term < 0 || now == null
        ? CompletableFuture.failedFuture(new IllegalStateException("Not the leader"))
        : stillLeads(term, now.confirmByQuorum(term));
  }

  private CompletionStage<Long> stillLeads(long term, CompletionStage<Void> confirmed) {
    return confirmed.thenApply(
        done -> {
          if (!leadsIn(term)) {
            throw new CompletionException(notLeader(term));
          }
          return term;
        });
  }

  long electedTerm() {
    RaftServer.Division now = division;
    return now == null || failed() ? -1 : PromptElection.electedTerm(now);
  }

  @Nullable String otherLeader() {
    RaftServer.Division now = division;
    RaftPeerId leader = now == null ? null : now.getInfo().getLeaderId();
    return leader == null || leader.equals(group.peer()) ? null : leader.toString();
  }

  List<Member> members() {
    RaftServer.Division now = division;
    if (now == null) {
      return List.of();
    }
    // While members change, those before still count: what they hold may be needed.
    RaftConfiguration members = now.getRaftConf();
    return Stream.concat(members.getCurrentPeers().stream(), members.getPreviousPeers().stream())
        .distinct()
        .map(ShardGroup::member)
        .toList();
  }

  /** Stands for election if it follows a leader of which it has heard nothing for a time. */
  boolean stand(String leader, long silentMs) {
    RaftServer.Division now = division;
    return now != null && !failed() && PromptElection.stand(now, leader, silentMs);
  }

  CompletionStage<Void> change(List<Member> members, Duration timeout) {
    var arguments =
        SetConfigurationRequest.Arguments.newBuilder()
            .setServersInNewConf(members.stream().map(ShardGroup::peer).toList())
            .build();
    return managed(
        server ->
            server.setConfigurationAsync(
                new SetConfigurationRequest(
                    client, group.peer(), group.id(), nextCall(), arguments)),
        timeout);
  }

  CompletionStage<Void> transfer(String to, Duration timeout) {
    Leadership now = leadership;
    if (now != null) {
      now.mistrust(machine.leadingTerm());
    }
    return managed(
        server ->
            server.transferLeadershipAsync(
                new TransferLeadershipRequest(
                    client,
                    group.peer(),
                    group.id(),
                    nextCall(),
                    RaftPeerId.valueOf(to),
                    timeout.toMillis())),
        timeout);
  }

  private interface Managing {
    CompletableFuture<RaftClientReply> ask(RaftServer server) throws IOException;
  }

  private CompletionStage<Void> managed(Managing request, Duration timeout) {
    RaftServer.Division now = division;
    if (now == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("The journal is not open"));
    }
    try {
      return request
          .ask(now.getRaftServer())
          .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
          .thenAccept(JournalSession::check);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void check(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new CompletionException(reply.getException());
    }
  }

  /** In the order of the engine: followers as the configuration lists them. */
  Map<String, Long> matched() {
    RaftServer.Division now = division;
    if (now == null || !now.getInfo().isLeader()) {
      return Map.of();
    }
    Map<String, Long> matched = new TreeMap<>();
    for (RaftProtos.CommitInfoProto info : now.getCommitInfos()) {
      String node = info.getServer().getId().toStringUtf8();
      if (!node.equals(group.settings().node())) {
        matched.put(node, info.getCommitIndex());
      }
    }
    return matched;
  }

  /**
   * To the division itself, in this thread: {@code RaftServer}'s own method hands the request to a
   * pool and waits for it.
   */
  private CompletableFuture<RaftClientReply> submit(
      RaftServer.Division to, RaftClientRequest.Type type, Message message) throws IOException {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(group.peer())
            .setGroupId(group.id())
            .setCallId(nextCall())
            .setType(type)
            .setMessage(message)
            .build();
    return ((RaftClientAsynchronousProtocol) to).submitClientRequestAsync(request);
  }

  /** Whole files up to the snapshot are removed by the log's writer, soon. */
  void purge() {
    RaftServer.Division now = division;
    LogPosition snapshot = replica.snapshot();
    if (now != null && snapshot.index() >= 0 && failure.get() == null) {
      var _ = now.getRaftLog().purge(purgeable(snapshot.index()));
    }
  }

  /** What a copy of a snapshot needs next stays, and, up to a size, what a slow member needs. */
  private long purgeable(long snapshot) {
    long upTo = Math.min(snapshot, parts.kept().from() - 1);
    if (logBytes() < group.settings().sizes().keptBytesMax()) {
      for (long matched : matched().values()) {
        upTo = Math.min(upTo, matched);
      }
    }
    return upTo;
  }

  JournalStatus status() {
    RaftServer.Division now = division;
    if (now == null) {
      return new JournalStatus(JournalStatus.Role.CLOSED, 0, -1, -1, -1, 0, 0);
    }
    RaftLog raftLog = now.getRaftLog();
    TermIndex last = raftLog.isOpened() ? raftLog.getLastEntryTermIndex() : null;
    return new JournalStatus(
        role(now),
        now.getInfo().getCurrentTerm(),
        last == null ? raftLog.getLastCommittedIndex() : last.getIndex(),
        raftLog.getLastCommittedIndex(),
        machine.getLastAppliedTermIndex().getIndex(),
        machine.flushes(),
        logBytes());
  }

  private JournalStatus.Role role(RaftServer.Division now) {
    if (failure.get() != null) {
      return JournalStatus.Role.FAILED;
    }
    return switch (now.getInfo().getCurrentRole()) {
      case LEADER -> JournalStatus.Role.LEADER;
      case CANDIDATE -> JournalStatus.Role.CANDIDATE;
      case FOLLOWER, LISTENER, UNRECOGNIZED -> JournalStatus.Role.FOLLOWER;
    };
  }

  private long logBytes() {
    try {
      return SegmentFile.list(log).stream().mapToLong(file -> file.path().toFile().length()).sum();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Removes the group; the second call does nothing. Not thread-safe. */
  void end(Runnable removeGroup) {
    if (!ended) {
      ended = true;
      ending = true;
      hurryWriter();
      try {
        removeGroup.run();
      } finally {
        parts.mark().close();
      }
    }
  }

  /**
   * The log's writer looks for its end once a second. When it has nothing to write and nothing can
   * come any more, it is woken, so that a close takes milliseconds. Alone only: a leader elsewhere
   * could still send entries.
   */
  private void hurryWriter() {
    RaftServer.Division now = division;
    Thread thread = writer;
    if (now == null || thread == null || failure.get() != null || !Leadership.alone(now)) {
      return;
    }
    RaftLog raftLog = now.getRaftLog();
    TermIndex last = raftLog.isOpened() ? raftLog.getLastEntryTermIndex() : null;
    boolean idle = thread.getState() == Thread.State.TIMED_WAITING;
    if (idle && last != null && last.getIndex() == raftLog.getFlushIndex()) {
      thread.interrupt();
    }
  }

  @Override
  public void applied(LogPosition position) {
    RaftServer.Division now = machine.division();
    if (now != null) {
      parts.mark().advance(now.getRaftLog().getFlushIndex());
    }
    int threshold = group.settings().sizes().snapshotEntries();
    if (position.index() - snapshotAsked >= threshold) {
      snapshotAsked = position.index();
      if (position.index() - replica.snapshot().index() >= threshold) {
        replica.snapshotWanted();
      }
    }
  }

  @Override
  public void flushing() throws IOException {
    Path known = written;
    if (known != null && Files.exists(known)) {
      return;
    }
    // A file was begun since: its name, and the term's in raft-meta, must be on disk before what it
    // holds counts as forced.
    writer = Thread.currentThread();
    StableFiles.forceDirectory(log);
    if (known == null) {
      StableFiles.forceDirectory(group.directory());
      StableFiles.forceDirectory(group.settings().directory());
    }
    written =
        SegmentFile.list(log).stream()
            .filter(SegmentFile::open)
            .map(SegmentFile::path)
            .reduce((first, second) -> second)
            .orElse(null);
  }

  @Override
  public void truncating(long index) {
    written = null;
    parts.mark().retreat(index - 1);
  }

  @Override
  public void logFailed(Throwable cause) {
    RaftServer.Division now = machine.division();
    if (now != null && Leadership.alone(now)) {
      parts.mark().writeFailed();
    }
    fail(cause);
    stopEviction();
  }

  @Override
  public boolean left(String leader, long firstIndex) {
    RaftServer.Division now = machine.division();
    // Behind what is committed the log may be another than the leader's.
    if (now == null || now.getRaftLog().getLastCommittedIndex() + 1 >= firstIndex) {
      return false;
    }
    replica.left(leader, firstIndex);
    return true;
  }

  /**
   * The engine's apply thread will close the group by itself. Closed by another thread before it
   * knows of the failure, it would wait for ever, at full speed, for an entry that cannot be
   * applied (3.3.0).
   */
  @Override
  public void applyFailed(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      replica.logFailed(cause);
    }
  }

  /** The log will be closed next, by the engine. */
  @Override
  public void closed() {
    stopEviction();
    if (!ending) {
      fail(new IOException("The engine closed shard " + group.shard()));
      stopOnce();
    }
  }

  private void stopEviction() {
    EvictionThread known = eviction;
    if (known != null) {
      known.stop();
    }
  }

  private void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      replica.logFailed(cause);
      stopOnce();
    }
  }

  private void stopOnce() {
    if (stopping.compareAndSet(false, true)) {
      parts.onFailure().run();
    }
  }

  private static IllegalStateException notLeader(long term) {
    return new IllegalStateException("Not the leader of term " + term);
  }
}
