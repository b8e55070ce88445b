package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.link.Caller;
import dev.perdure.journal.link.LinkClient;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a leader asks before it changes the members of its shard, which is n1 alone so far. */
class KeeperTest {

  private static final int SHARD = ClusterMap.SYSTEM_SHARD;
  private static final MemberStep ADD = new MemberStep.Add("n2");

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger changed = new AtomicInteger();
  private volatile @Nullable ClusterMap newest;

  private static ClusterMap placedOn(String... nodes) {
    return new ClusterMap(
        "c", 3, List.of(), List.of(), List.of(nodes), 1, List.of(), 0, 0, List.of());
  }

  private ClusterMap ask() throws IOException {
    asked.incrementAndGet();
    ClusterMap known = newest;
    if (known == null) {
      throw new IOException("no quorum");
    }
    return known;
  }

  private static void until(AtomicInteger count, int wanted, Runnable again) {
    long endNs = Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(60);
    while (count.get() < wanted) {
      assertThat(Clock.system().monotonicNs()).isLessThan(endNs);
      again.run();
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void changesMembersOnlyAsTheNewestMapWantsItToo() {
    HeldReplicas replicas = new HeldReplicas(new CompletableFuture<>());
    ClusterMap old = placedOn("n1", "n2");
    try (LinkClient links = new LinkClient(new Caller("c", "n1"), null)) {
      Router.Parts parts =
          new Router.Parts(
              "n1",
              new ClusterView(1, old),
              replicas,
              links,
              Clock.system(),
              Entropy.system(),
              HeldReplicas.level());
      Keeper keeper = new Keeper(parts, replicas, new Heard(Clock.system()), this::ask);
      Runnable step =
          () -> keeper.confirmed(SHARD, replicas.membership(SHARD), ADD, changed::incrementAndGet);
      until(asked, 3, step);
      assertThat(changed).as("nobody confirms the map").hasValue(0);
      newest = placedOn("n1", "n3");
      until(asked, 6, step);
      assertThat(changed).as("n3 is wanted in place of n2").hasValue(0);
      newest = placedOn("n1", "n2");
      until(changed, 1, step);
    }
  }
}
