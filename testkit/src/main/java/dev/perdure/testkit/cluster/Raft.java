package dev.perdure.testkit.cluster;

import dev.perdure.testkit.sim.Chance;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model of Raft as Ratis is set up to run it: terms, votes kept on disk, a leader that is left
 * alone while it is heard of, commits by a majority of what is forced, changes of members in two
 * steps, leadership that is handed over, reads under a lease or confirmed by a majority. One
 * replica, one run of its machine.
 */
final class Raft {

  static final long MS = 1_000_000;
  static final long ELECTION_MIN_NS = 300 * MS;
  static final long ELECTION_MAX_NS = 600 * MS;
  private static final long HEARTBEAT_NS = 100 * MS;
  private static final long TICK_NS = 30 * MS;
  private static final long QUORUM_LOST_NS = 4_000 * MS;

  /** What a replica does with what is agreed. */
  interface Events {
    /** Everything up to an index is committed. */
    void committed(long index);

    /** It does not lead; the newest term is told. */
    void following(long term);

    /** What was appended in a term may never be committed. */
    void appendFailed(long term);

    /** The leader's log begins behind what this replica needs. */
    void left(int leader, long firstIndex);
  }

  private final Machine machine;
  private final int shard;
  private final LogDisk disk;
  private final Events events;
  private final ClusterWorld world;
  private final long bornNs;
  private boolean closed;
  private int leader = -1;
  private boolean candidate;
  private long heardNs;
  private long electionAtNs;
  private final Set<Integer> votes = new HashSet<>();
  private long committed;
  private @Nullable Leading leading;

  /**
   * A replica that starts.
   *
   * @param disks its log, and the newest snapshot, up to which all was committed
   */
  Raft(Machine machine, int shard, Held.Disks disks, Events events) {
    long snapshot = disks.rows().newestSnapshot().index();
    this.disk = disks.log();
    this.machine = machine;
    this.shard = shard;
    this.events = events;
    this.world = machine.world();
    this.bornNs = machine.nowNs();
    this.heardNs = bornNs;
    this.committed = Math.max(disk.first() - 1, snapshot);
    waitForElection();
  }

  void start() {
    machine.later(world.chance().between(0, TICK_NS), this::tick);
  }

  void close() {
    closed = true;
    Leading was = leading;
    leading = null;
    if (was != null) {
      was.end();
    }
  }

  boolean closed() {
    return closed;
  }

  // ---- what is known ----

  Machine machine() {
    return machine;
  }

  LogDisk disk() {
    return disk;
  }

  int shard() {
    return shard;
  }

  int leader() {
    return leader;
  }

  long committed() {
    return committed;
  }

  @Nullable Leading leading() {
    return closed ? null : leading;
  }

  boolean leadsIn(long term) {
    Leading now = leading();
    return now != null && disk.term() == term;
  }

  boolean has(ClusterBug bug) {
    return world.has(bug);
  }

  // ---- time ----

  private void tick() {
    if (closed) {
      return;
    }
    Leading now = leading;
    long at = machine.nowNs();
    if (now != null) {
      if (at - now.majorityHeardNs() > QUORUM_LOST_NS) {
        stepDown("it does not reach a majority");
      } else if (at - now.lastBeatNs() >= HEARTBEAT_NS) {
        now.sendAll();
      }
    } else if (at >= electionAtNs && disk.members().has(machine.id())) {
      campaign(false);
    }
    machine.later(TICK_NS, this::tick);
  }

  private void waitForElection() {
    electionAtNs = machine.nowNs() + world.chance().between(ELECTION_MIN_NS, ELECTION_MAX_NS);
  }

  // ---- elections ----

  /** Asks for votes; told to, even beside a leader. */
  void campaign(boolean told) {
    if (closed || leading != null) {
      return;
    }
    disk.promise(disk.term() + 1, machine.id());
    leader = -1;
    candidate = true;
    votes.clear();
    votes.add(machine.id());
    waitForElection();
    long term = disk.term();
    long last = disk.last();
    long lastTerm = disk.termAt(last);
    for (int other : disk.members().all()) {
      if (other != machine.id()) {
        send(other, raft -> raft.voteWanted(machine.id(), new Wanted(term, last, lastTerm, told)));
      }
    }
    count();
  }

  private record Wanted(long term, long last, long lastTerm, boolean told) {}

  private void voteWanted(int from, Wanted wanted) {
    long now = machine.nowNs();
    boolean quiet = now - bornNs < ELECTION_MIN_NS;
    boolean led = leading != null || (leader >= 0 && now - heardNs < ELECTION_MIN_NS);
    if (!wanted.told && (quiet || led)) {
      return;
    }
    if (wanted.term > disk.term()) {
      newTerm(wanted.term);
    }
    long last = disk.last();
    long lastTerm = disk.termAt(last);
    boolean upToDate =
        wanted.lastTerm > lastTerm || (wanted.lastTerm == lastTerm && wanted.last >= last);
    boolean free = disk.vote() < 0 || disk.vote() == from;
    boolean granted = wanted.term == disk.term() && upToDate && free;
    if (granted) {
      disk.promise(disk.term(), from);
      waitForElection();
    }
    long term = disk.term();
    send(from, raft -> raft.voted(machine.id(), term, granted));
  }

  private void voted(int from, long term, boolean granted) {
    if (term > disk.term()) {
      newTerm(term);
    } else if (granted && candidate && term == disk.term()) {
      votes.add(from);
      count();
    }
  }

  private void count() {
    if (!disk.members().majority(votes::contains)) {
      return;
    }
    candidate = false;
    leader = machine.id();
    world.elected(shard, disk.term(), machine);
    Leading next = new Leading(this, world);
    leading = next;
    next.begin();
  }

  private void newTerm(long term) {
    disk.promise(term, -1);
    candidate = false;
    if (leading != null) {
      stepDown("term " + term + " has begun");
    }
    leader = -1;
  }

  void stepDown(String why) {
    Leading was = leading;
    if (was == null) {
      return;
    }
    world.hit(ClusterProbe.STEPPED_DOWN);
    world.trace(name() + " steps down: " + why);
    leading = null;
    leader = -1;
    was.end();
    waitForElection();
    events.following(disk.term());
    events.appendFailed(was.term());
  }

  // ---- following ----

  /**
   * What a leader sends.
   *
   * @param sentNs by the leader's clock
   */
  record Append(
      int from,
      long term,
      long before,
      long beforeTerm,
      List<Entry> entries,
      long committed,
      long sentNs) {}

  /** What a follower answers: how far its log is the leader's, or where to begin again. */
  record Answer(int from, long term, boolean fits, long index, long sentNs) {}

  void append(Append message) {
    if (!hear(message.from, message.term)) {
      answer(message, new Answer(machine.id(), disk.term(), false, -1, message.sentNs));
      return;
    }
    long before = message.before;
    List<Entry> entries = message.entries;
    if (before < disk.first() - 1) {
      int known = (int) Math.min(entries.size(), disk.first() - 1 - before);
      entries = entries.subList(known, entries.size());
      before += known;
    }
    boolean fits =
        before >= disk.first() - 1
            && before <= disk.last()
            && (before != message.before || disk.termAt(before) == message.beforeTerm);
    if (!fits) {
      long hint = Math.min(disk.last(), message.before - 1);
      answer(message, new Answer(machine.id(), disk.term(), false, hint, message.sentNs));
      return;
    }
    boolean wrote = take(before, entries);
    long match = before + entries.size();
    if (message.committed > committed) {
      commit(Math.min(message.committed, match));
    }
    long safe = Math.min(match, disk.forced());
    answer(message, new Answer(machine.id(), disk.term(), true, safe, message.sentNs));
    if (wrote || safe < match) {
      long term = disk.term();
      force(
          () -> {
            if (disk.term() == term) {
              long forced = Math.min(match, disk.forced());
              answer(message, new Answer(machine.id(), term, true, forced, message.sentNs));
            }
          });
    }
  }

  private void answer(Append to, Answer answer) {
    send(to.from, raft -> raft.answered(answer));
  }

  private void answered(Answer answer) {
    if (answer.term > disk.term()) {
      newTerm(answer.term);
      return;
    }
    Leading now = leading;
    if (now != null && answer.term == disk.term()) {
      now.answered(answer);
    }
  }

  /** Somebody says that it leads; false if that is old. */
  private boolean hear(int from, long term) {
    if (term < disk.term()) {
      return false;
    }
    if (term > disk.term()) {
      newTerm(term);
    }
    candidate = false;
    boolean news = leader != from;
    leader = from;
    heardNs = machine.nowNs();
    waitForElection();
    if (news) {
      events.following(term);
    }
    return true;
  }

  private boolean take(long before, List<Entry> entries) {
    boolean wrote = false;
    for (int i = 0; i < entries.size(); i++) {
      long index = before + 1 + i;
      Entry entry = entries.get(i);
      if (index <= disk.last()) {
        if (disk.termAt(index) == entry.term()) {
          continue;
        }
        world.hit(ClusterProbe.TAIL_TRUNCATED);
        if (index <= committed) {
          world.broken(name() + " is told to cut its log at " + index + ", which is committed");
          return wrote;
        }
        disk.truncate(index);
      }
      disk.add(entry);
      wrote = true;
    }
    return wrote;
  }

  /** The leader has no more what this replica needs. */
  void leftBehind(int from, long term, long firstIndex) {
    if (hear(from, term) && firstIndex > committed + 1) {
      events.left(from, firstIndex);
      return;
    }
    long newest = disk.term();
    Answer here = new Answer(machine.id(), newest, false, committed, Long.MIN_VALUE / 2);
    send(from, raft -> raft.answered(here));
  }

  // ---- the log ----

  /** Runs something when all that is written now is on disk. */
  void force(Runnable then) {
    LogDisk.Forcing forcing = disk.force();
    machine.later(
        machine.forceNs(),
        () -> {
          if (!closed) {
            disk.done(forcing, machine.lies());
            then.run();
          }
        });
  }

  void commit(long index) {
    committed = Math.max(committed, index);
    events.committed(committed);
  }

  /** An entry of the shard's. It may enter in a later term than it was meant for. */
  void propose(long term, byte[] bytes) {
    Chance chance = world.chance();
    boolean fails = chance.happens(world.appendFaults());
    if (!leadsIn(term) || (fails && chance.happens(0.4))) {
      world.hit(ClusterProbe.APPEND_LOST);
      failLater(term);
      return;
    }
    if (fails) {
      world.hit(ClusterProbe.APPEND_FAILED_BUT_KEPT);
      failLater(term);
    }
    long delayNs = fails ? chance.between(MS, 900 * MS) : chance.delayNs(MS / 5, 5 * MS);
    machine.inOrder(delayNs, () -> enter(term, bytes));
  }

  private void enter(long term, byte[] bytes) {
    Leading now = leading();
    if (now == null) {
      events.appendFailed(term);
      return;
    }
    if (disk.term() != term) {
      world.hit(ClusterProbe.APPENDED_IN_A_LATER_TERM);
    }
    now.add(new Entry(disk.term(), bytes, null));
  }

  private void failLater(long term) {
    machine.later(
        world.chance().delayNs(5 * MS, 200 * MS),
        () -> {
          if (!closed) {
            events.appendFailed(term);
          }
        });
  }

  /** Completes if this replica leads in a term, and no other can have been acknowledged since. */
  CompletionStage<Void> confirm(long term) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    machine.later(
        world.chance().delayNs(MS / 10, 3 * MS),
        () -> {
          Leading now = leading();
          if (now == null || disk.term() != term) {
            world.hit(ClusterProbe.READ_REFUSED);
            machine.enter(
                "refusal",
                () -> answer.completeExceptionally(new IllegalStateException("it does not lead")));
          } else {
            now.confirm(answer);
          }
        });
    return answer;
  }

  // ---- messages ----

  String name() {
    return machine.name() + "/" + shard;
  }

  /** Sends something to the replica of another machine, if it has one then. */
  void send(int to, Consumer<Raft> message) {
    Machine other = world.machine(to);
    world
        .network()
        .send(
            machine,
            other,
            () -> {
              Raft raft = other.raft(shard);
              if (raft != null && !raft.closed) {
                message.accept(raft);
              }
            });
  }

  /** The members' ids but for this one's. */
  List<Integer> others() {
    return disk.members().all().stream().filter(one -> one != machine.id()).toList();
  }
}
