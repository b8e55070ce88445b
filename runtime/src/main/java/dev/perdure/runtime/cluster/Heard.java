package dev.perdure.runtime.cluster;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.watch.ClockOffset;
import dev.perdure.runtime.watch.Silence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjLongConsumer;

/** When other nodes were heard of, and what they said. Thread-safe. */
public final class Heard implements Keeper.Others {

  /** A node that did not answer for so long does not answer. */
  public static final long ALIVE_NS = Silence.BOUND_NS;

  private static final long BREAK_NS = 2_000_000_000L;
  private static final long LACKS_NS = 10_000_000_000L;

  private final Clock clock;
  private final Map<String, Said> nodes = new ConcurrentHashMap<>();
  private final Map<String, Long> lackingSinceNs = new ConcurrentHashMap<>();

  private final PeerClocks clocks = new PeerClocks();

  /**
   * This node's clocks when an answer came.
   *
   * @param tookNs from the question to the answer
   */
  record Moment(long wallMicros, long nowNs, long tookNs) {}

  private record Said(StatusMessage status, long sinceNs, long lastNs) {}

  /** Nobody yet. */
  public Heard(Clock clock) {
    this.clock = clock;
  }

  /** A node answered. */
  public void said(StatusMessage status) {
    long now = clock.monotonicNs();
    nodes.merge(
        status.node(),
        new Said(status, now, now),
        (before, after) ->
            new Said(status, now - before.lastNs > BREAK_NS ? now : before.sinceNs, now));
  }

  /** A node answered what it was asked at a moment. */
  void said(StatusMessage status, long askedNs) {
    long now = clock.monotonicNs();
    if (status.wallMicros() > 0) {
      clocks.said(
          status.node(), status.wallMicros(), new Moment(clock.wallMicros(), now, now - askedNs));
    }
    said(status);
  }

  /** This node's wall clock beside the others'. */
  public ClockOffset clockOffset() {
    return clocks.offset(clock.monotonicNs());
  }

  /** True if a node answered lately. */
  public boolean alive(String node) {
    Said said = nodes.get(node);
    return said != null && clock.monotonicNs() - said.lastNs < ALIVE_NS;
  }

  /** When it was last heard of; {@code otherwise} if never. */
  public long lastNs(String node, long otherwise) {
    Said said = nodes.get(node);
    return said == null ? otherwise : said.lastNs;
  }

  /**
   * Who of the others has been silent longest.
   *
   * @param nodes of the cluster
   * @param self this one
   * @param sinceNs when this node began to ask
   */
  public Silence silence(List<ClusterMap.Node> nodes, String self, long sinceNs) {
    long now = clock.monotonicNs();
    String who = "";
    long longest = 0;
    int others = 0;
    int silent = 0;
    for (ClusterMap.Node node : nodes) {
      if (!node.id().equals(self)) {
        long ns = now - lastNs(node.id(), sinceNs);
        others++;
        silent += ns > ALIVE_NS ? 1 : 0;
        if (who.isEmpty() || ns > longest) {
          who = node.name();
          longest = ns;
        }
      }
    }
    return new Silence(who, longest, others, silent);
  }

  @Override
  public long aliveForNs(String node) {
    Said said = nodes.get(node);
    long now = clock.monotonicNs();
    return said == null || now - said.lastNs > BREAK_NS ? -1 : now - said.sinceNs;
  }

  @Override
  public MemberStep.Known of(int shard) {
    return new MemberStep.Known() {
      @Override
      public boolean lacks(String node) {
        return Heard.this.lacks(node, shard);
      }

      @Override
      public boolean holds(String node) {
        StatusMessage status = lately().get(node);
        return status != null && status.replicas().stream().anyMatch(one -> one.shard() == shard);
      }
    };
  }

  private boolean lacks(String node, int shard) {
    Said said = nodes.get(node);
    String key = node + "/" + shard;
    long now = clock.monotonicNs();
    if (said == null
        || now - said.lastNs > BREAK_NS
        || said.status.replicas().stream().anyMatch(one -> one.shard() == shard)) {
      lackingSinceNs.remove(key);
      return false;
    }
    return now - lackingSinceNs.computeIfAbsent(key, any -> now) > LACKS_NS;
  }

  @Override
  public Map<String, Disk> disks() {
    Map<String, Disk> all = new TreeMap<>();
    lately().forEach((node, status) -> all.put(node, status.disk()));
    return all;
  }

  /** What nodes that answer said last, by id. */
  public Map<String, StatusMessage> lately() {
    Map<String, StatusMessage> all = new TreeMap<>();
    long now = clock.monotonicNs();
    nodes.forEach(
        (node, said) -> {
          if (now - said.lastNs <= BREAK_NS) {
            all.put(node, said.status);
          }
        });
    return all;
  }

  /** What nodes said when they were last heard of, by id. */
  public Map<String, StatusMessage> statuses() {
    Map<String, StatusMessage> all = new TreeMap<>();
    nodes.forEach((node, said) -> all.put(node, said.status));
    return all;
  }

  /** What each node said last, and when. */
  void last(ObjLongConsumer<StatusMessage> to) {
    nodes.values().forEach(said -> to.accept(said.status, said.lastNs));
  }

  /** Forgets nodes that do not belong to the cluster any more. */
  public void retain(List<String> known) {
    List<String> gone = new ArrayList<>(nodes.keySet());
    gone.removeAll(known);
    gone.forEach(nodes::remove);
    clocks.retain(known);
  }
}
