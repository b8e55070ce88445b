package dev.perdure.testkit.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a replica knows and does while it leads, in one term. */
final class Leading {

  private static final long MS = Raft.MS;

  /**
   * Less than the time for which a voter stands by its leader, by clocks that go wrong a little.
   */
  private static final long LEASE_NS = 240 * MS;

  private static final long CONFIRM_MAX_NS = 3_000 * MS;
  private static final long BRINGING_UP_MAX_NS = 15_000 * MS;
  private static final int ENTRIES_MAX = 40;
  private static final long NEARLY = 3;

  private final Raft raft;
  private final ClusterWorld world;
  private final LogDisk disk;
  private final long term;
  private final long openingIndex;
  private final Map<Integer, Peer> peers = new TreeMap<>();
  private final List<Asked> asked = new ArrayList<>();
  private long lastBeatNs;
  private boolean handedOver;
  private boolean ended;
  private @Nullable Change change;

  private static final class Peer {
    private long next;
    private long match = -1;
    private long ackedNs = Long.MIN_VALUE / 2;
    private long heardNs;
  }

  private record Asked(CompletableFuture<Void> answer, long atNs) {}

  /** Members on their way in or out. */
  private static final class Change {
    private final List<Integer> wanted;
    private final Consumer<Boolean> done;
    private boolean begun;

    Change(List<Integer> wanted, Consumer<Boolean> done) {
      this.wanted = wanted;
      this.done = done;
    }
  }

  Leading(Raft raft, ClusterWorld world) {
    this.raft = raft;
    this.world = world;
    this.disk = raft.disk();
    this.term = disk.term();
    this.openingIndex = disk.last() + 1;
    raft.others().forEach(this::peer);
  }

  private Peer peer(int machine) {
    return peers.computeIfAbsent(
        machine,
        any -> {
          Peer made = new Peer();
          made.next = disk.last() + 1;
          made.heardNs = now();
          return made;
        });
  }

  private long now() {
    return raft.machine().nowNs();
  }

  long term() {
    return term;
  }

  /** Index of the entry that opened the term; with it applied this replica may decide. */
  long openingIndex() {
    return openingIndex;
  }

  long lastBeatNs() {
    return lastBeatNs;
  }

  void begin() {
    add(Entry.opening(term));
    if (disk.members().changing()) {
      world.hit(ClusterProbe.CHANGE_INTERRUPTED);
    }
    sendAll();
  }

  void end() {
    ended = true;
    asked.forEach(one -> refuse(one.answer));
    asked.clear();
    finish(false);
  }

  // ---- replicating ----

  void add(Entry entry) {
    disk.add(entry);
    raft.force(this::advance);
    sendAll();
  }

  void sendAll() {
    lastBeatNs = now();
    Members members = disk.members();
    for (Map.Entry<Integer, Peer> peer : peers.entrySet()) {
      boolean wanted =
          members.has(peer.getKey()) || (change != null && change.wanted.contains(peer.getKey()));
      if (wanted) {
        send(peer.getKey(), peer.getValue());
      }
    }
  }

  private void send(int to, Peer peer) {
    if (peer.next < disk.first()) {
      long first = disk.first();
      raft.send(to, other -> other.leftBehind(raft.machine().id(), term, first));
      return;
    }
    List<Entry> entries = disk.from(peer.next, ENTRIES_MAX);
    Raft.Append message =
        new Raft.Append(
            raft.machine().id(),
            term,
            peer.next - 1,
            disk.termAt(peer.next - 1),
            entries,
            raft.committed(),
            now());
    peer.next += entries.size();
    raft.send(to, other -> other.append(message));
  }

  void answered(Raft.Answer answer) {
    Peer peer = peers.get(answer.from());
    if (peer == null) {
      return;
    }
    peer.heardNs = now();
    if (!answer.fits()) {
      long hint = answer.index() + 1;
      long next = peer.next < disk.first() ? hint : Math.min(peer.next - 1, hint);
      peer.next = Math.max(peer.match + 1, next);
      send(answer.from(), peer);
      return;
    }
    peer.ackedNs = Math.max(peer.ackedNs, answer.sentNs());
    if (answer.index() > peer.match) {
      peer.match = answer.index();
      peer.next = Math.max(peer.next, peer.match + 1);
      advance();
    }
    if (peer.next <= disk.last()) {
      send(answer.from(), peer);
    }
    confirmed();
    bringUp();
  }

  private long match(int machine) {
    if (machine == raft.machine().id()) {
      return disk.forced();
    }
    Peer peer = peers.get(machine);
    return peer == null ? -1 : peer.match;
  }

  /** Index up to which each other machine's log is known to match. */
  Map<Integer, Long> matched() {
    Map<Integer, Long> all = new TreeMap<>();
    peers.forEach((machine, peer) -> all.put(machine, peer.match));
    return all;
  }

  private boolean onMajority(long index) {
    Members members = disk.members();
    return members.majority(one -> match(one) >= index);
  }

  private void advance() {
    if (ended) {
      return;
    }
    for (long index = disk.last(); index > raft.committed(); index--) {
      if (disk.termAt(index) == term && onMajority(index)) {
        commit(index);
        return;
      }
    }
  }

  private void commit(long upTo) {
    for (long index = Math.max(raft.committed() + 1, disk.first()); index <= upTo; index++) {
      world.record(raft.shard()).committed(index, disk.entry(index), raft.name());
    }
    raft.commit(upTo);
    members();
  }

  // ---- members ----

  /** Goes on with a change of members when its entry is committed. */
  private void members() {
    Members now = disk.members();
    if (ended || disk.membersAt() > raft.committed()) {
      return;
    }
    if (now.changing()) {
      add(new Entry(term, null, new Members(now.now(), List.of())));
      return;
    }
    Change mine = change;
    if (mine != null && mine.begun) {
      finish(now.now().equals(mine.wanted));
    }
    if (!now.now().isEmpty() && !now.has(raft.machine().id())) {
      raft.stepDown("it is no member any more");
    }
  }

  private void finish(boolean done) {
    Change mine = change;
    change = null;
    if (mine != null) {
      mine.done.accept(done);
    }
  }

  /** Makes these the members; those that are new are brought up before. */
  void change(List<Integer> wanted, Consumer<Boolean> done) {
    boolean open = disk.members().changing() || disk.membersAt() > raft.committed();
    boolean early = raft.committed() < openingIndex;
    if (early || (open || change != null)) {
      done.accept(false);
      return;
    }
    finish(false);
    Change next = new Change(wanted, done);
    change = next;
    for (int one : wanted) {
      if (!disk.members().has(one)) {
        peers.remove(one); // what was known of an earlier replica there is not true of this one
        peer(one);
      }
    }
    raft.machine()
        .later(
            BRINGING_UP_MAX_NS,
            () -> {
              if (change == next && !next.begun) {
                finish(false);
              }
            });
    bringUp();
    sendAll();
  }

  private void bringUp() {
    Change mine = change;
    if (ended || mine == null || mine.begun) {
      return;
    }
    boolean ready =
        mine.wanted.stream()
            .filter(one -> !disk.members().has(one))
            .allMatch(one -> match(one) + NEARLY >= raft.committed() && match(one) >= 0);
    if (ready) {
      mine.begun = true;
      world.trace(raft.name() + " changes members to " + mine.wanted);
      add(new Entry(term, null, new Members(mine.wanted, disk.members().now())));
    }
  }

  /** Lets another one lead: it is told to ask for votes at once. No lease counts any more. */
  void transfer(int to) {
    Peer peer = peers.get(to);
    if (peer == null || peer.match < disk.last()) {
      return;
    }
    world.hit(ClusterProbe.LEADERSHIP_TRANSFERRED);
    handedOver = true;
    raft.send(
        to,
        other -> {
          if (other.disk().term() == term) {
            other.campaign(true);
          }
        });
  }

  // ---- reads ----

  /** When the last majority was heard of. */
  long majorityHeardNs() {
    long now = now();
    List<Long> at = new ArrayList<>();
    for (Peer peer : peers.values()) {
      at.add(peer.heardNs);
    }
    at.add(now);
    at.sort(java.util.Comparator.reverseOrder());
    Members members = disk.members();
    for (long candidate : at) {
      if (members.majority(one -> one == raft.machine().id() || heard(one) >= candidate)) {
        return candidate;
      }
    }
    return Long.MIN_VALUE / 2;
  }

  private long heard(int machine) {
    Peer peer = peers.get(machine);
    return peer == null ? Long.MIN_VALUE : peer.heardNs;
  }

  /** True if a majority stood by this leader at a time by its clock. */
  private boolean stoodBy(long atNs) {
    return disk.members()
        .majority(
            one -> {
              Peer peer = peers.get(one);
              return one == raft.machine().id() || (peer != null && peer.ackedNs >= atNs);
            });
  }

  void confirm(CompletableFuture<Void> answer) {
    long now = now();
    boolean lease = !handedOver && stoodBy(now - LEASE_NS);
    if (lease || raft.has(ClusterBug.LEASE_NEVER_ENDS)) {
      world.hit(ClusterProbe.READ_UNDER_LEASE);
      raft.machine().enter("lease", () -> answer.complete(null));
      return;
    }
    Asked mine = new Asked(answer, now);
    asked.add(mine);
    sendAll();
    raft.machine()
        .later(
            CONFIRM_MAX_NS,
            () -> {
              if (asked.remove(mine)) {
                refuse(answer);
              }
            });
  }

  private void confirmed() {
    for (Asked one : List.copyOf(asked)) {
      if (stoodBy(one.atNs) && asked.remove(one)) {
        world.hit(ClusterProbe.READ_CONFIRMED);
        raft.machine().enter("confirmed", () -> one.answer.complete(null));
      }
    }
  }

  private void refuse(CompletableFuture<Void> answer) {
    world.hit(ClusterProbe.READ_REFUSED);
    raft.machine()
        .enter(
            "refusal",
            () -> answer.completeExceptionally(new IllegalStateException("another may lead")));
  }
}
