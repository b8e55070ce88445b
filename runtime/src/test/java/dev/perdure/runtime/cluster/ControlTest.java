package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.link.Caller;
import dev.perdure.journal.link.LinkClient;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.History;
import dev.perdure.runtime.Level;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlTest {

  @TempDir Path directory;

  @Test
  void goesOnWhileACommandFindsNoLeader() throws InterruptedException {
    ClusterMap.Node other =
        new ClusterMap.Node("n1", "n1", "127.0.0.1:1", "", ClusterMap.Status.SERVING, null);
    ClusterMap.Node self =
        new ClusterMap.Node("n2", "n2", "127.0.0.1:2", "", ClusterMap.Status.SERVING, null);
    HeldReplicas replicas = new HeldReplicas(new CompletableFuture<>());
    Leaderless entities = new Leaderless();
    try (LinkClient links = new LinkClient(new Caller("c", "n2"), null)) {
      Router.Parts routing =
          new Router.Parts(
              "n2",
              new ClusterView(1, ClusterMap.ofOne("c", 1, other, Build.THIS.newest())),
              replicas,
              links,
              Clock.system(),
              Entropy.system(),
              HeldReplicas.level());
      NodeHandler handler =
          new NodeHandler(new NodeHandler.Parts(routing, replicas, entities, List.of()));
      Control.Settings settings =
          new Control.Settings(
              "c", List.of(), 0, Duration.ofMinutes(5), directory.resolve("map"), unfit -> {});
      try (Control control =
          new Control(
              new Control.Parts(routing, replicas, entities, entities, handler, self, settings))) {
        control.start();
        assertThat(entities.commanded.await(60, TimeUnit.SECONDS)).as("it wants to join").isTrue();
        int before = replicas.looked.get();
        long endNs = Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(60);
        while (replicas.looked.get() < before + 3) {
          assertThat(Clock.system().monotonicNs()).isLessThan(endNs);
          LockSupport.parkNanos(1_000_000);
        }
        assertThat(entities.released.getCount()).as("the command still waits").isEqualTo(1);
      } finally {
        entities.released.countDown();
      }
    }
  }

  @Test
  void goesOnWhenTheLevelCannotBeWritten() {
    ClusterMap.Node other =
        new ClusterMap.Node("n1", "n1", "127.0.0.1:1", "", ClusterMap.Status.SERVING, null);
    ClusterMap.Node self =
        new ClusterMap.Node("n2", "n2", "127.0.0.1:2", "", ClusterMap.Status.SERVING, null);
    HeldReplicas replicas = new HeldReplicas(new CompletableFuture<>());
    Leaderless entities = new Leaderless();
    entities.released.countDown();
    UUID id = new UUID(0, 1);
    Level level =
        new Level(
            Build.THIS,
            new DataDirectory(directory.resolve("gone"), id, id, 1, false, Build.FIRST_LEVEL));
    try (LinkClient links = new LinkClient(new Caller("c", "n2"), null)) {
      Router.Parts routing =
          new Router.Parts(
              "n2",
              new ClusterView(1, ClusterMap.ofOne("c", 1, other, Build.THIS.newest())),
              replicas,
              links,
              Clock.system(),
              Entropy.system(),
              level);
      NodeHandler handler =
          new NodeHandler(new NodeHandler.Parts(routing, replicas, entities, List.of()));
      Control.Settings settings =
          new Control.Settings(
              "c", List.of(), 0, Duration.ofMinutes(5), directory.resolve("map"), unfit -> {});
      try (Control control =
          new Control(
              new Control.Parts(routing, replicas, entities, entities, handler, self, settings))) {
        control.start();
        long endNs = Clock.system().monotonicNs() + TimeUnit.SECONDS.toNanos(60);
        while (replicas.looked.get() < 6) {
          assertThat(Clock.system().monotonicNs()).as("it goes on").isLessThan(endNs);
          LockSupport.parkNanos(1_000_000);
        }
        assertThat(level.now()).isEqualTo(Build.FIRST_LEVEL);
        assertThat(entities.commanded.getCount()).as("it does not join").isEqualTo(1);
      }
    }
  }

  /** Every command waits until the test ends. */
  private static final class Leaderless implements Entities {
    private final CountDownLatch commanded = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @Override
    public Waiting submit(EntityCommand command) {
      return () -> {
        commanded.countDown();
        try {
          released.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return read(command.address(), command.context(), false);
      };
    }

    @Override
    public Outcome read(EntityAddress address, CallContext context, boolean stale) {
      return Outcome.Failed.of(dev.perdure.kernel.ProblemCode.NO_LEADER, "no leader");
    }

    @Override
    public History history(EntityAddress address, long after, int limit) {
      throw new IllegalStateException("not in this test");
    }

    @Override
    public OperationStatus operation(
        EntityAddress address, String operationId, CallContext context) {
      throw new IllegalStateException("not in this test");
    }
  }
}
