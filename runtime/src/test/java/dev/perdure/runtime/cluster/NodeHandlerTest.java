package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.journal.link.Caller;
import dev.perdure.journal.link.LinkClient;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.History;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NodeHandlerTest {

  private static final Caller ASKING = new Caller("c", "n2");

  private static byte[] ask(CompletableFuture<Long> confirmation, int kind) throws IOException {
    byte[] question = new ByteWriter(8).u8(kind).varint(0).toBytes();
    return ask(new HeldReplicas(confirmation), question);
  }

  private static byte[] ask(HeldReplicas replicas, byte[] question) throws IOException {
    ClusterMap.Node node =
        new ClusterMap.Node("n1", "n1", "127.0.0.1:1", "", ClusterMap.Status.SERVING, null);
    try (LinkClient links = new LinkClient(ASKING, null)) {
      NodeHandler handler =
          new NodeHandler(
              new NodeHandler.Parts(
                  new Router.Parts(
                      "n1",
                      new ClusterView(1, ClusterMap.ofOne("c", 1, node, 1)),
                      replicas,
                      links,
                      Clock.system(),
                      Entropy.system(),
                      HeldReplicas.level()),
                  replicas,
                  new Nothing(),
                  List.of()));
      return handler.answer(ASKING, question);
    }
  }

  @Test
  void saysWhoBelongsWhenAQuorumConfirmsItsLeadership() throws IOException {
    CompletableFuture<Long> confirmed = CompletableFuture.completedFuture(7L);
    assertThat(ask(confirmed, Messages.MEMBERS)).containsExactly(0);
    ByteReader begun = new ByteReader(ask(confirmed, Messages.SNAPSHOT), "snapshot");
    assertThat(begun.varint()).as("the confirmed term").isEqualTo(7);
  }

  @Test
  void neitherSendsANodeAwayNorHandsOutATermWhenItOnlyBelievesToLead() {
    CompletableFuture<Long> deposed =
        CompletableFuture.failedFuture(new IllegalStateException("another leads"));
    CompletableFuture<Long> cutOff = new CompletableFuture<>();
    for (int kind : List.of(Messages.MEMBERS, Messages.SNAPSHOT)) {
      for (CompletableFuture<Long> confirmation : List.of(deposed, cutOff)) {
        assertThatThrownBy(() -> ask(confirmation, kind))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("no quorum confirmed");
      }
    }
  }

  /** It may be the one without which nobody can be confirmed. */
  @Test
  void givesASnapshotBeforeItIsConfirmedToWhoComparesItWithItsLog() throws IOException {
    HeldReplicas replicas = new HeldReplicas(new CompletableFuture<>());
    byte[] compared =
        new ByteWriter(8).u8(Messages.SNAPSHOT).varint(0).u8(SnapshotCopy.COMPARED).toBytes();
    assertThatThrownBy(() -> ask(replicas, compared))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not lead shard 0");
    replicas.elected = 9;
    assertThat(new ByteReader(ask(replicas, compared), "snapshot").varint()).isEqualTo(9);
    assertThat(replicas.complete).as("nothing is waited for").isFalse();
    byte[] not = new ByteWriter(8).u8(Messages.SNAPSHOT).varint(0).u8(0).toBytes();
    assertThatThrownBy(() -> ask(replicas, not))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no quorum confirmed");
  }

  /** A node that holds no entities. */
  private static final class Nothing implements Entities {
    @Override
    public Waiting submit(EntityCommand command) {
      throw new IllegalStateException("not in this test");
    }

    @Override
    public Outcome read(EntityAddress address, CallContext context, boolean stale) {
      throw new IllegalStateException("not in this test");
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
