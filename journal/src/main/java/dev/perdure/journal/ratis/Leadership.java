package dev.perdure.journal.ratis;

import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.impl.ClientProtoUtils;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node still leads: by the engine's lease while that runs, otherwise by asking the
 * members for the term they are in. The engine's own way of asking is not used: it takes a quorum's
 * answer to an earlier question for the answer to every later one until the next commit, so that a
 * leader that was frozen answers reads as if it led (Ratis 3.3.0, {@code ReadIndexHeartbeats}).
 *
 * <p>A member that says, after it was asked, that it is still in this leader's term has elected
 * nobody else until then; if a majority says so, nobody else was elected. They are asked by a
 * pre-vote, which changes nothing where it is answered.
 *
 * <p>Thread-safe. At most one round of questions is under way; whoever comes meanwhile shares the
 * next.
 */
final class Leadership {

  private static final Clock CLOCK = Clock.system();
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  /** A member that cannot be reached now is asked again, until it would be too late for anybody. */
  private static final long AGAIN_MS = 50;

  private static final long PATIENCE_NS = 3_000_000_000L;

  private final RaftServer.Division division;
  private volatile long mistrusted = -1;
  private @Nullable Round running;
  private @Nullable Round next;

  Leadership(RaftServer.Division division) {
    this.division = division;
  }

  /** Those who wait for one round. */
  private record Round(long term, CompletableFuture<Void> done) {}

  /**
   * From now on nothing is answered by the lease in this term: leadership was to be handed over,
   * and the other may still take it, without asking who hears of this leader.
   */
  void mistrust(long term) {
    mistrusted = Math.max(mistrusted, term);
  }

  /** Done once nobody else can have led when this was called; fails if that cannot be seen. */
  CompletionStage<Void> confirm(long term) {
    return mistrusted < term && Lease.holds(division)
        ? CompletableFuture.completedFuture(null)
        : confirmByQuorum(term);
  }

  /** The same whatever clocks do: for what cannot be taken back. */
  CompletionStage<Void> confirmByQuorum(long term) {
    if (alone(division)) {
      return CompletableFuture.completedFuture(null);
    }
    Round mine;
    synchronized (this) {
      if (running != null) {
        if (next == null || next.term != term) {
          next = new Round(term, after(next));
        }
        return next.done;
      }
      mine = new Round(term, new CompletableFuture<>());
      running = mine;
    }
    begin(mine);
    return mine.done;
  }

  /** A round of an older term that has not begun ends with the one that takes its place. */
  private static CompletableFuture<Void> after(@Nullable Round replaced) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (replaced != null) {
      replaced.done.completeExceptionally(new IllegalStateException("Another term has begun"));
    }
    return done;
  }

  /** True if there are no others to ask. */
  static boolean alone(RaftServer.Division division) {
    return division.getRaftConf().getAllPeers().size() == 1;
  }

  private void begin(Round round) {
    var _ = round.done.whenComplete((done, failure) -> ended());
    ask(round, CLOCK.monotonicNs());
  }

  private void ask(Round round, long sinceNs) {
    Votes votes = new Votes(division.getRaftConf().getCurrentPeers(), previous());
    Set<RaftPeerId> others = votes.all();
    // One that is being removed leads on until that is done, and has no vote in it.
    boolean votesItself = others.remove(division.getId());
    if (votesItself && votes.add(division.getId(), true) == Result.YES) {
      round.done.complete(null); // the others were removed since the round began
      return;
    }
    for (RaftPeerId other : others) {
      var _ =
          Thread.ofVirtual()
              .name("leadership-" + other)
              .start(
                  () -> {
                    switch (votes.add(other, isInTerm(other, round.term))) {
                      case YES -> round.done.complete(null);
                      case NO -> again(round, sinceNs);
                      case OPEN -> {}
                    }
                  });
    }
  }

  private void again(Round round, long sinceNs) {
    if (round.done.isDone()) {
      return;
    }
    boolean leads =
        division.getInfo().isLeader() && division.getInfo().getCurrentTerm() == round.term;
    if (!leads || CLOCK.monotonicNs() - sinceNs > PATIENCE_NS) {
      round.done.completeExceptionally(
          new IllegalStateException("No majority says that it still follows this node"));
      return;
    }
    CompletableFuture.delayedExecutor(AGAIN_MS, TimeUnit.MILLISECONDS)
        .execute(() -> ask(round, sinceNs));
  }

  private Collection<RaftPeer> previous() {
    return division.getRaftConf().getPreviousPeers();
  }

  private void ended() {
    Round following;
    synchronized (this) {
      following = next;
      running = following;
      next = null;
    }
    if (following != null) {
      begin(following);
    }
  }

  private boolean isInTerm(RaftPeerId other, long term) {
    try {
      RequestVoteRequestProto.Builder question = RequestVoteRequestProto.newBuilder();
      question
          .setServerRequest(
              ClientProtoUtils.toRaftRpcRequestProtoBuilder(division.getMemberId(), other))
          .setCandidateTerm(term)
          .setCandidateLastEntry(
              TermIndex.valueOf(0, RaftLog.INVALID_LOG_INDEX).toProto()) // nobody votes for it
          .setPreVote(true);
      RequestVoteReplyProto answer =
          division.getRaftServer().getServerRpc().requestVote(question.build());
      return answer.getTerm() == term
          && ProtoUtils.toRaftGroupId(answer.getServerReply().getRaftGroupId())
              .equals(division.getGroup().getGroupId());
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} does not say whether it follows", other, e);
      return false;
    }
  }

  private enum Result {
    YES,
    NO,
    OPEN
  }

  /** What members said; a majority of those now and, while they change, of those before. */
  private static final class Votes {

    private final Set<RaftPeerId> now = new HashSet<>();
    private final Set<RaftPeerId> before = new HashSet<>();
    private final Set<RaftPeerId> agree = new HashSet<>();
    private final Set<RaftPeerId> differ = new HashSet<>();

    Votes(Collection<RaftPeer> now, Collection<RaftPeer> before) {
      now.forEach(one -> this.now.add(one.getId()));
      before.forEach(one -> this.before.add(one.getId()));
    }

    synchronized Set<RaftPeerId> all() {
      Set<RaftPeerId> all = new HashSet<>(now);
      all.addAll(before);
      return all;
    }

    /** Takes one in; what has come of it by that. NO is said once, by the last. */
    synchronized Result add(RaftPeerId member, boolean agrees) {
      (agrees ? agree : differ).add(member);
      if (majority(now) && (before.isEmpty() || majority(before))) {
        return Result.YES;
      }
      return agree.size() + differ.size() == all().size() ? Result.NO : Result.OPEN;
    }

    private boolean majority(Set<RaftPeerId> of) {
      return of.stream().filter(agree::contains).count() > of.size() / 2;
    }
  }

  /** The engine's lease; there is no way to it but this. */
  private static final class Lease {

    private static volatile @Nullable Lease known;

    private final MethodHandle role;
    private final MethodHandle leader;
    private final MethodHandle lease;

    private Lease(Class<?> division) throws ReflectiveOperationException {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      Method toRole = opened(division, "getRole");
      Method toLeader = opened(toRole.getReturnType(), "getLeaderState");
      Class<?> state = Class.forName("org.apache.ratis.server.impl.LeaderStateImpl");
      role = lookup.unreflect(toRole);
      leader = lookup.unreflect(toLeader);
      lease = lookup.unreflect(opened(state, "hasLease"));
    }

    private static Method opened(Class<?> of, String name) throws NoSuchMethodException {
      Method method = of.getDeclaredMethod(name);
      method.setAccessible(true);
      return method;
    }

    /** True if the division leads, has applied what was before it, and its lease runs. */
    static boolean holds(RaftServer.Division division) {
      try {
        Lease way = known;
        if (way == null) {
          way = new Lease(division.getClass());
          known = way;
        }
        Optional<?> leads = (Optional<?>) way.leader.invoke(way.role.invoke(division));
        return leads.isPresent() && (boolean) way.lease.invoke(leads.get());
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("This Ratis has another lease", e);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("The lease could not be looked at", e);
      }
    }
  }
}
