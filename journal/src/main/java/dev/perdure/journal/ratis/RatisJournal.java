package dev.perdure.journal.ratis;

import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Member;
import dev.perdure.journal.Membership;
import dev.perdure.journal.Replica;
import dev.perdure.journal.ReplicaOrigin;
import dev.perdure.kernel.Check;
import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard's journal as a Raft group of the node's server. After {@link #close}, also after a
 * failure of the log, {@link #start} begins anew on the same replica. Neither may be called from a
 * callback of the replica.
 */
final class RatisJournal implements Journal, Membership {

  private static final Logger LOG = LoggerFactory.getLogger(RatisJournal.class);

  private final ShardGroup group;
  private final Replica replica;
  private final ReplicaOrigin origin;
  private final RatisJournals node;
  private final KeptLog kept = new KeptLog();
  private volatile @Nullable JournalSession session;

  RatisJournal(ShardGroup group, Replica replica, ReplicaOrigin origin, RatisJournals node) {
    this.group = group;
    this.replica = replica;
    this.origin = origin;
    this.node = node;
  }

  /**
   * Verifies and starts.
   *
   * @throws CorruptionException if the log is not what was written
   * @throws UncheckedIOException if the files cannot be read or written
   */
  @Override
  public synchronized void start() {
    JournalSession before = session;
    if (before != null) {
      Check.invariant(before.failed(), "The journal runs already");
      close();
    }
    try {
      node.awaitLeaseEnd(group);
      LogReport report = prepare();
      ForcedMark mark = ForcedMark.open(group.directory(), report.last().index());
      JournalSession next =
          new JournalSession(
              new JournalSession.Parts(group, replica, mark, kept, this::stopAfterFailure));
      try {
        session = next;
        node.addGroup(group.group(origin), next, report);
      } catch (IOException | RuntimeException e) {
        session = null;
        mark.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The journal of shard " + group.shard() + " cannot be started: " + e.getMessage(), e);
    }
  }

  private LogReport prepare() throws IOException {
    LogPosition snapshot = replica.snapshot();
    LogPosition applied = replica.applied();
    Path directory = group.directory();
    Files.createDirectories(directory); // forced with the first entry
    LogReport report =
        LogVerifier.verify(directory, new LogVerifier.Expected(snapshot.index(), applied.index()));
    LogRepair.prepare(report, group.shard());
    if (report.fresh() && origin == ReplicaOrigin.JOINED && applied.index() >= 0) {
      throw new CorruptionException(
          "The journal of shard "
              + group.shard()
              + " is gone, but its state is there: this replica may have promised what it does not"
              + " know any more. Remove the node from the cluster and add it again, empty.");
    }
    if (report.fresh()) {
      boolean behind = snapshot.index() >= 0;
      RaftMeta.found(
          group.logDirectory(),
          behind ? snapshot.term() : 0,
          behind ? group.settings().node() : "");
    }
    return report;
  }

  @Override
  public void append(long term, byte[] entry) {
    JournalSession now = session;
    if (now == null) {
      replica.appendFailed(term, new IllegalStateException("The journal is closed"));
    } else {
      now.append(term, entry);
    }
  }

  @Override
  public boolean leads(long term) {
    JournalSession now = session;
    return now != null && now.leads(term);
  }

  @Override
  public CompletionStage<Void> confirmLeadership(long term) {
    JournalSession now = session;
    return now == null ? closedAlready() : now.confirmLeadership(term);
  }

  @Override
  public @Nullable String otherLeader() {
    JournalSession now = session;
    return now == null ? null : now.otherLeader();
  }

  @Override
  public List<Member> members() {
    JournalSession now = session;
    return now == null ? List.of() : now.members();
  }

  /**
   * Which of the followers of a leader this is to stand for election, so that they do not all do so
   * at once; the order is another in each shard. -1 if it does not follow it.
   */
  int turnBehind(String leader) {
    JournalSession now = session;
    if (now == null || !leader.equals(now.otherLeader())) {
      return -1;
    }
    List<String> followers =
        now.members().stream()
            .map(Member::node)
            .filter(one -> !one.equals(leader))
            .sorted()
            .toList();
    int place = followers.indexOf(group.settings().node());
    return place < 0 ? -1 : (place + group.shard()) % followers.size();
  }

  /** Stands for election if it has not heard of its leader for a time. */
  void stand(String leader, long silentMs) {
    JournalSession now = session;
    if (now != null && now.stand(leader, silentMs)) {
      LOG.info(
          "shard {}: node {} leads and does not listen any more; this node stands for election",
          group.shard(),
          leader);
    }
  }

  @Override
  public CompletionStage<Void> change(List<Member> members, Duration timeout) {
    JournalSession now = session;
    return now == null ? closedAlready() : now.change(members, timeout);
  }

  @Override
  public CompletionStage<Void> transfer(String to, Duration timeout) {
    JournalSession now = session;
    return now == null ? closedAlready() : now.transfer(to, timeout);
  }

  @Override
  public CompletionStage<Long> confirm() {
    JournalSession now = session;
    return now == null
        ? CompletableFuture.failedFuture(new IllegalStateException("The journal is closed"))
        : now.confirm();
  }

  @Override
  public long electedTerm() {
    JournalSession now = session;
    return now == null ? -1 : now.electedTerm();
  }

  @Override
  public void keepLog(long fromIndex, Duration duration) {
    kept.keep(fromIndex, duration);
  }

  @Override
  public Map<String, Long> matched() {
    JournalSession now = session;
    return now == null ? Map.of() : now.matched();
  }

  private static CompletionStage<Void> closedAlready() {
    return CompletableFuture.failedFuture(new IllegalStateException("The journal is closed"));
  }

  @Override
  public void snapshotTaken() {
    JournalSession now = session;
    if (now != null) {
      now.purge();
    }
  }

  @Override
  public JournalStatus status() {
    JournalSession now = session;
    return now == null
        ? new JournalStatus(JournalStatus.Role.CLOSED, 0, -1, -1, -1, 0, 0)
        : now.status();
  }

  @Override
  public synchronized void close() {
    JournalSession now = session;
    if (now != null) {
      session = null;
      remove(now);
    }
  }

  /**
   * A failed log does not make the engine step down: entries in flight would wait for ever. So the
   * group is stopped, which fails them; the session stays, to say that it failed.
   */
  private void stopAfterFailure() {
    JournalSession failed = session;
    Thread.ofPlatform()
        .daemon()
        .name("perdure-journal-" + group.shard() + "-stop")
        .start(
            () -> {
              synchronized (this) {
                if (failed != null && session == failed) {
                  remove(failed);
                }
              }
            });
  }

  private void remove(JournalSession ending) {
    ending.end(() -> node.removeGroup(group, ending));
  }
}
