package dev.perdure.runtime.cluster;

import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.Member;
import dev.perdure.journal.Membership;
import dev.perdure.journal.link.LinkException;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.shard.Shard;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the members of the shards that this node leads to what the map wants, one change of a
 * shard at a time. Whatever is interrupted begins again from what is there: the map says what is
 * wanted, the shard's log who is a member.
 *
 * <p>{@link #tick} belongs to one thread; changes run beside it.
 */
final class Keeper {

  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
  private static final Duration HOST_MAX = Duration.ofMinutes(10);
  private static final Duration CHANGE_MAX = Duration.ofSeconds(30);
  private static final Duration TRANSFER_MAX = Duration.ofSeconds(1);
  private static final Duration ASK_MAX = Duration.ofSeconds(2);

  /** How long everything must have been quiet before leadership goes where the map wants it. */
  private static final long QUIET_NS = 10_000_000_000L;

  /** How long a node that should not lead looks after other things after it tried to step down. */
  private static final long AGAIN_STEP_NS = 3_000_000_000L;

  private static final long NEARLY = 1_000;
  private static final long AGAIN_NS = 1_000_000_000L;

  private final Router.Parts parts;
  private final Replicas replicas;
  private final Others others;
  private final Newest newest;
  private final Clock clock;
  private final Set<Integer> busy = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Long> changedNs = new ConcurrentHashMap<>();
  private final Map<Integer, Long> leadsSinceNs = new ConcurrentHashMap<>();
  private final Map<Integer, String> leftBehind = new ConcurrentHashMap<>();
  private final Set<Integer> unfinished = ConcurrentHashMap.newKeySet();
  private final Fitness fitness = new Fitness();
  private final Damaged damaged = new Damaged();

  /** What is known of other nodes. */
  interface Others {
    /** For how long a node has answered without a break; -1 if it does not answer. */
    long aliveForNs(String node);

    /** What they say of their replicas of a shard. */
    MemberStep.Known of(int shard);

    /** The disks of the nodes that answer. */
    Map<String, Disk> disks();
  }

  /** The map as it is now. */
  interface Newest {
    /**
     * Reads it linearly: this node's view may be an old one that it was started with.
     *
     * @throws IOException if the system shard cannot be asked
     */
    ClusterMap map() throws IOException;
  }

  Keeper(Router.Parts parts, Replicas replicas, Others others, Newest newest) {
    this.parts = parts;
    this.replicas = replicas;
    this.others = others;
    this.newest = newest;
    this.clock = parts.clock();
  }

  /** A replica of this node needs a snapshot of the given node. Any thread. */
  void leftBehind(int shard, String leader) {
    leftBehind.put(shard, leader);
  }

  /** A replica was left while its state was being replaced, and is not open. */
  void unfinished(int shard) {
    unfinished.add(shard);
  }

  /** A replica's log cannot be started, and never will be. Any thread. */
  void damaged(int shard, String why) {
    damaged.add(shard, why, clock.monotonicNs());
  }

  /** A replica's facts are wrong: it serves no more, leads no more, and is replaced. */
  void diverged(Shard shard, String why) {
    int number = shard.number();
    if (busy.contains(number)) {
      return;
    }
    LOG.error("shard {}: this replica has diverged: {}; it is replaced", number, why);
    boolean led = shard.figures().journal().role() == JournalStatus.Role.LEADER;
    shard.fence("its facts differ from those of other replicas");
    Membership membership = replicas.membership(number);
    if (led && membership != null) {
      List<String> all = membership.members().stream().map(Member::node).toList();
      beside(number, () -> handOver(number, membership, all));
      return;
    }
    String leader = shard.otherLeader();
    String address = leader == null ? null : parts.view().addressOf(leader);
    if (address != null) {
      beside(
          number,
          () -> {
            try {
              replicas.restore(number, address);
            } finally {
              if (replicas.get(number) == null) {
                unfinished.add(number);
              }
            }
          });
    }
  }

  /** Looks at each replica once. */
  void tick() {
    // Another way may have opened it meanwhile, or this node was told to begin it anew.
    unfinished.removeIf(shard -> replicas.get(shard) != null);
    for (int shard : unfinished) {
      String leader = parts.view().leader(shard);
      String address = leader == null ? null : parts.view().addressOf(leader);
      Long triedNs = changedNs.get(shard);
      boolean again = triedNs == null || clock.monotonicNs() - triedNs >= AGAIN_NS;
      if (address != null && again) {
        beside(
            shard,
            () -> {
              rebuild(shard, address);
              unfinished.remove(shard);
            });
      }
    }
    for (int shard : damaged.due(clock.monotonicNs())) {
      beside(shard, () -> giveUp(shard));
    }
    Map<String, Disk> disks = others.disks();
    disks.put(parts.self(), replicas.disk());
    fitness.look(disks, clock.monotonicNs());
    for (Shard shard : replicas.all()) {
      int number = shard.number();
      // What is asked for while a change goes on is not forgotten.
      String leader = busy.contains(number) ? null : leftBehind.remove(number);
      if (leader != null) {
        String address = parts.view().addressOf(leader);
        if (address != null) {
          beside(number, () -> rebuild(number, address));
        }
      } else if (leads(shard) || shard.parts().lead().holds(shard)) {
        Membership membership = replicas.membership(number);
        replicas.settled(number);
        if (membership != null && !stepDown(number, membership) && shard.leads()) {
          reconcile(number, membership);
        }
      } else if (!wanted(number).contains(parts.self())) {
        beside(number, () -> leave(number));
      }
    }
  }

  private boolean leads(Shard shard) {
    if (!shard.leads()) {
      leadsSinceNs.remove(shard.number());
      return false;
    }
    leadsSinceNs.putIfAbsent(shard.number(), clock.monotonicNs());
    return true;
  }

  interface Change {
    void make() throws IOException;
  }

  /** One change of a shard at a time, on a thread of its own. */
  private void beside(int shard, Change change) {
    if (!busy.add(shard)) {
      return;
    }
    var _ =
        Thread.ofVirtual()
            .name("cluster-change-" + shard)
            .start(
                () -> {
                  try {
                    change.make();
                  } catch (IOException | RuntimeException e) {
                    LOG.warn("shard {}: {}; it will be tried again", shard, message(e));
                  } finally {
                    changedNs.put(shard, clock.monotonicNs());
                    busy.remove(shard);
                  }
                });
  }

  private static String message(Exception e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  private List<String> wanted(int shard) {
    return parts.view().map().replicasOf(shard);
  }

  private void rebuild(int shard, String from) throws IOException {
    LOG.info("shard {}: this replica was left behind; fetching a snapshot from {}", shard, from);
    try {
      replicas.rebuild(shard, from);
    } finally {
      if (replicas.get(shard) == null) {
        unfinished.add(shard);
      }
    }
  }

  private void reconcile(int shard, Membership membership) {
    List<Member> members = membership.members();
    List<String> now = members.stream().map(Member::node).toList();
    List<String> wanted = wanted(shard);
    if (busy.contains(shard)) {
      return;
    }
    switch (MemberStep.next(parts.self(), now, wanted, others.of(shard))) {
      case MemberStep.Add add ->
          confirmed(shard, membership, add, () -> add(shard, membership, add.node()));
      case MemberStep.Remove remove ->
          confirmed(shard, membership, remove, () -> remove(shard, membership, remove));
      case MemberStep.HandOver out -> beside(shard, () -> handOver(shard, membership, wanted));
      case MemberStep.Rest rest when now.contains(parts.self()) && !wanted.isEmpty() ->
          lead(shard, membership, wanted);
      case MemberStep.Rest rest -> {
        // It is no member, or the map does not know the shard.
      }
    }
  }

  /**
   * Changes members only as the newest map wants it, too. By an old one a member would be removed
   * that was placed there since.
   */
  void confirmed(int shard, Membership membership, MemberStep step, Change change) {
    beside(
        shard,
        () -> {
          List<String> wanted = newest.map().replicasOf(shard);
          List<String> now = membership.members().stream().map(Member::node).toList();
          if (step.equals(MemberStep.next(parts.self(), now, wanted, others.of(shard)))) {
            change.make();
          } else {
            LOG.info("shard {}: the newest map does not want this any more: {}", shard, step);
          }
        });
  }

  /** Lets another member lead while this node's disk should not; true if one can. */
  private boolean stepDown(int shard, Membership membership) {
    String why = fitness.unfit(parts.self());
    Long triedNs = changedNs.get(shard);
    boolean again = triedNs == null || clock.monotonicNs() - triedNs >= AGAIN_STEP_NS;
    if (why == null || busy.contains(shard) || !again) {
      return false;
    }
    boolean held = !leadsSinceNs.containsKey(shard);
    List<String> able =
        membership.members().stream()
            .map(Member::node)
            .filter(node -> !node.equals(parts.self()) && others.aliveForNs(node) >= 0)
            .filter(node -> fitness.takes(node, held) && serves(node))
            .filter(node -> caughtUp(membership, node, shard))
            .toList();
    List<String> steady = able.stream().filter(fitness::steady).toList();
    // One that was unfit a moment ago is better than one that takes no writes at all.
    boolean takes = fitness.writes(parts.self()) && !held;
    List<String> fit = steady.isEmpty() && !takes ? able : steady;
    if (fit.isEmpty()) {
      return false;
    }
    beside(
        shard,
        () -> {
          LOG.warn("shard {}: this node should not lead: {}", shard, why);
          handOver(shard, membership, fit);
        });
    return true;
  }

  private boolean serves(String node) {
    return parts
        .view()
        .map()
        .node(node)
        .filter(one -> one.status() == ClusterMap.Status.SERVING)
        .isPresent();
  }

  private void add(int shard, Membership membership, String node) throws IOException {
    String address = parts.view().addressOf(node);
    String own = parts.view().addressOf(parts.self());
    if (address == null || own == null) {
      return;
    }
    ByteWriter host = new ByteWriter(64).u8(Messages.HOST).varint(shard);
    parts.links().ask(address, host.text(own).toBytes(), HOST_MAX);
    List<Member> members = new ArrayList<>();
    for (Member member : membership.members()) {
      // A node that was alone until now has no address in its own list.
      String known = parts.view().addressOf(member.node());
      members.add(new Member(member.node(), known == null ? member.address() : known));
    }
    members.add(new Member(node, address));
    join(membership.change(members, CHANGE_MAX));
    LOG.info("shard {}: node {} was added; {} members", shard, node, members.size());
  }

  private void remove(int shard, Membership membership, MemberStep.Remove step) {
    String node = step.node();
    if (step.lost()) {
      LOG.warn("shard {}: node {} lost its replica; it is removed and added again", shard, node);
    }
    List<Member> members =
        membership.members().stream().filter(member -> !member.node().equals(node)).toList();
    join(membership.change(members, CHANGE_MAX));
    LOG.info("shard {}: node {} was removed; {} members", shard, node, members.size());
  }

  private void handOver(int shard, Membership membership, List<String> wanted) {
    String to = best(membership, wanted);
    if (to != null) {
      join(membership.transfer(to, TRANSFER_MAX));
      LOG.info("shard {}: leadership was handed to node {}", shard, to);
    }
  }

  /** Hands over all that this node leads, to whoever is furthest; waits for it, not for long. */
  void handOverAll() {
    List<CompletableFuture<Void>> under = new ArrayList<>();
    for (Shard shard : replicas.all()) {
      Membership membership = replicas.membership(shard.number());
      if (membership != null && shard.leads()) {
        String to = best(membership, membership.members().stream().map(Member::node).toList());
        if (to != null) {
          under.add(membership.transfer(to, TRANSFER_MAX).toCompletableFuture());
        }
      }
    }
    for (CompletableFuture<Void> one : under) {
      try {
        one.join();
      } catch (CompletionException | CancellationException e) {
        LOG.info("a shard was not handed over, it will elect: {}", message(e));
      }
    }
  }

  /** Hands leadership to whom the map wants, when that node can take it. */
  private void lead(int shard, Membership membership, List<String> wanted) {
    String preferred = wanted.stream().filter(this::serves).findFirst().orElse(parts.self());
    if (!preferred.equals(parts.self())
        && (quiet(shard) || !serves(parts.self()))
        && fitness.steady(preferred)
        && others.aliveForNs(preferred) >= QUIET_NS
        && caughtUp(membership, preferred, shard)) {
      beside(shard, () -> handOver(shard, membership, List.of(preferred)));
    }
  }

  /** Nothing changed for a while; that this node leads now is a change, too. */
  private boolean quiet(int shard) {
    long now = clock.monotonicNs();
    Long changed = changedNs.get(shard);
    Long since = leadsSinceNs.get(shard);
    return (changed == null || now - changed >= QUIET_NS)
        && since != null
        && now - since >= QUIET_NS;
  }

  private boolean caughtUp(Membership membership, String node, int shard) {
    Shard local = replicas.get(shard);
    Long matched = membership.matched().get(node);
    return local != null
        && matched != null
        && matched + NEARLY >= local.figures().journal().committedIndex();
  }

  private @Nullable String best(Membership membership, List<String> wanted) {
    Map<String, Long> matched = membership.matched();
    return wanted.stream()
        .filter(node -> matched.containsKey(node) && others.aliveForNs(node) >= 0)
        .max(java.util.Comparator.comparing(matched::get))
        .orElse(null);
  }

  /** This replica is not wanted: it goes when the leader says that it does not belong. */
  private void leave(int shard) throws IOException {
    Shard local = replicas.get(shard);
    String leader = local == null ? null : local.otherLeader();
    List<String> ask = leader == null ? parts.view().toAsk(shard, parts.self()) : List.of(leader);
    for (String node : ask) {
      String address = parts.view().addressOf(node);
      if (address != null && !belongs(address, shard)) {
        LOG.info("shard {}: this node is no member any more; its replica is removed", shard);
        replicas.drop(
            shard, () -> !wanted(shard).contains(parts.self()) && !belongs(address, shard));
        return;
      }
    }
  }

  /**
   * Removes a replica that cannot be started, once a majority of the other members follows another
   * leader: that one has all that was acknowledged, removes this node from the members, and only
   * then adds it again, behind its own snapshot. So it does not matter that this replica may have
   * forgotten a vote: whoever could still win by that vote lacks the entry that removed it.
   */
  private void giveUp(int shard) throws IOException {
    String leader = parts.view().leader(shard);
    String address =
        leader == null || leader.equals(parts.self()) ? null : parts.view().addressOf(leader);
    if (address == null || !confirms(address, shard)) {
      if (damaged.toSay(shard, clock.monotonicNs())) {
        LOG.error(
            "shard {}: this replica cannot be started, and stays while no majority of the other"
                + " members follows another leader: {}",
            shard,
            damaged.why(shard));
      }
      return;
    }
    LOG.warn(
        "shard {}: this replica cannot be started; it is removed, and brought up anew from node"
            + " {}: {}",
        shard,
        leader,
        damaged.why(shard));
    replicas.drop(shard, () -> !runs(shard) && confirms(address, shard));
    if (runs(shard)) {
      damaged.remove(shard);
    } else if (replicas.get(shard) == null) {
      damaged.givenUp(shard, clock.monotonicNs());
    }
  }

  private boolean runs(int shard) {
    Shard local = replicas.get(shard);
    return local != null
        && switch (local.figures().journal().role()) {
          case CLOSED, FAILED -> false;
          case LEADER, CANDIDATE, FOLLOWER -> true;
        };
  }

  /** True if a node leads a shard, as a majority has just confirmed to it. */
  private boolean confirms(String leader, int shard) {
    try {
      askWhetherMember(leader, shard);
      return true;
    } catch (LinkException e) {
      return false;
    }
  }

  private boolean belongs(String leader, int shard) {
    try {
      return askWhetherMember(leader, shard);
    } catch (LinkException e) {
      return true; // not known: it stays
    }
  }

  private boolean askWhetherMember(String leader, int shard) throws LinkException {
    byte[] question = new ByteWriter(16).u8(Messages.MEMBERS).varint(shard).toBytes();
    return parts.links().ask(leader, question, ASK_MAX)[0] != 0;
  }

  private static void join(java.util.concurrent.CompletionStage<Void> change) {
    change.toCompletableFuture().join();
  }
}
