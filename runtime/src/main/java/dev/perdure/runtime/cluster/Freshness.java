package dev.perdure.runtime.cluster;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Shard;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How old what this node's replicas hold can be. A replica alone cannot know: a message of its
 * leader may have been on its way for long, and who sent it may not lead any more. So the leader is
 * asked, as long as somebody reads with a bound: it lets a quorum confirm that it leads and says
 * the index of its last entry. Once the replica has applied that, it holds everything that was
 * acknowledged before the question was sent. That moment, on this node's own clock, is what a
 * staleness is counted from; whatever pauses meanwhile makes it larger.
 *
 * <p>Thread-safe. The clock must go on while the process stands still.
 */
final class Freshness {

  private static final Logger LOG = LoggerFactory.getLogger(Freshness.class);
  private static final Duration ASK_MAX = Duration.ofSeconds(1);
  private static final int PROOFS_MAX = 8;

  private final Router.Parts parts;
  private final IntFunction<@Nullable String> leaders;
  private final Map<Integer, Proofs> shards = new ConcurrentHashMap<>();

  /**
   * Nothing is proven yet.
   *
   * @param leaders the node to ask about a shard that this one does not lead
   */
  Freshness(Router.Parts parts, IntFunction<@Nullable String> leaders) {
    this.parts = parts;
    this.leaders = leaders;
  }

  /**
   * Who has applied an index has everything that was acknowledged before a moment.
   *
   * @param sinceNs the moment, on this node's monotonic clock
   */
  private record Proof(long index, long sinceNs) {}

  /** Proofs of one shard, the oldest first. */
  private static final class Proofs {
    private final Deque<Proof> all = new ArrayDeque<>();
    private boolean asking;

    /** The newest proof that a replica meets. */
    synchronized @Nullable Proof met(long readable) {
      Proof met = null;
      for (Proof one = all.peek(); one != null && one.index <= readable; one = all.peek()) {
        met = all.remove();
      }
      if (met != null) {
        all.addFirst(met);
      }
      return met;
    }

    /** True if the leader is to be asked: nobody does, and the newest proof is not young enough. */
    synchronized boolean toAsk(long nowNs, long ageMaxNs) {
      Proof newest = all.peekLast();
      if (asking || (newest != null && nowNs - newest.sinceNs <= ageMaxNs)) {
        return false;
      }
      asking = true;
      return true;
    }

    synchronized void asked(@Nullable Proof proof) {
      asking = false;
      if (proof != null) {
        if (all.size() == PROOFS_MAX) {
          all.removeLast(); // what waits longest is met first
        }
        all.addLast(proof);
      }
    }
  }

  /**
   * Reads from this node's replica, if what it holds is at most so old.
   *
   * @param held reads what this node holds
   * @return null if that cannot be proven now; a later read finds it proven if the leader answers
   */
  Entities.@Nullable Aged read(
      EntityAddress address, Duration stalenessMax, Supplier<Outcome> held) {
    int number = parts.view().shardOf(address);
    Shard shard = parts.shards().get(number);
    if (shard == null) {
      return null;
    }
    long maxNs = stalenessMax.toNanos();
    Proofs proofs = shards.computeIfAbsent(number, any -> new Proofs());
    // Asked early, so that under steady reading the next proof is there before this one is too old.
    if (proofs.toAsk(now(), maxNs / 2)) {
      var _ = Thread.startVirtualThread(() -> ask(number, proofs));
    }
    Proof proof = proofs.met(shard.parts().state().readableIndex());
    if (proof == null || now() - proof.sinceNs > maxNs) {
      return null;
    }
    Outcome outcome = held.get();
    long ageNs = now() - proof.sinceNs; // after the read: it may have taken long itself
    boolean same = parts.view().shardOf(address) == number && parts.shards().get(number) == shard;
    return ageNs <= maxNs && same && isState(outcome)
        ? new Entities.Aged(outcome, Duration.ofNanos(ageNs))
        : null;
  }

  private static boolean isState(Outcome outcome) {
    return outcome instanceof Outcome.Done
        || (outcome instanceof Outcome.Failed failed && failed.code() == ProblemCode.NOT_FOUND);
  }

  private void ask(int number, Proofs proofs) {
    Proof proof = null;
    try {
      long beforeNs = now();
      proof = new Proof(index(number), beforeNs);
    } catch (IOException | RuntimeException e) {
      LOG.debug("shard {}: the leader does not say where it stands", number, e);
    } finally {
      proofs.asked(proof);
    }
  }

  /** Index of the leader's last entry, confirmed. */
  private long index(int number) throws IOException {
    Shard local = parts.shards().get(number);
    if (local != null && local.leads()) {
      return confirmed(local, now());
    }
    String leader = leaders.apply(number);
    String address = leader == null ? null : parts.view().addressOf(leader);
    if (address == null) {
      throw new IOException("no leader of shard " + number + " is known");
    }
    byte[] question = new ByteWriter(8).u8(Messages.INDEX).varint(number).toBytes();
    byte[] answer = parts.links().ask(address, question, ASK_MAX);
    return new ByteReader(answer, "index of another node").varint() - 1;
  }

  /** The answer to another node that asks where a shard stands. */
  static byte[] answer(@Nullable Shard shard, long nowNs) throws IOException {
    if (shard == null) {
      throw new IOException("this node holds no replica of that shard");
    }
    return new ByteWriter(10).varint(confirmed(shard, nowNs) + 1).toBytes();
  }

  /**
   * The barrier begins after this was asked for: it waits for all that earlier leaders had
   * acknowledged, and a quorum confirms that no later one has acknowledged anything.
   */
  private static long confirmed(Shard shard, long nowNs) throws IOException {
    CallContext context = new CallContext("system:index", "", nowNs + ASK_MAX.toNanos());
    if (!(shard.barrier(ClusterMap.ADDRESS, context) instanceof Outcome.Done)) {
      throw new IOException("this node does not lead shard " + shard.number());
    }
    return shard.parts().state().hash().index();
  }

  private long now() {
    return parts.clock().monotonicNs();
  }
}
