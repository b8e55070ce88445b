package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Saga;
import dev.perdure.runtime.SagaView.Status;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.record.EntityAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sagas on a node. */
class SagaTest {

  @TempDir private Path directory;

  static EntityAddress saga(String type, String id) {
    return new EntityAddress("default", type, id);
  }

  static SagaView seen(SagaAnswer answer) {
    assertThat(answer).isInstanceOf(SagaAnswer.Seen.class);
    return ((SagaAnswer.Seen) answer).saga();
  }

  static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private RunningNode open(Saga<?, ?>... sagas) {
    return RunningNode.open(NodeOptions.of(directory), Transfers.bundle(sagas));
  }

  @Test
  void transfers() {
    FlakyBank bank = new FlakyBank();
    try (RunningNode node = open(new Transfers.Transfer(bank))) {
      node.run("a", new Wallet.Deposit(100), null);
      Sagas sagas = node.node().sagas();
      EntityAddress id = saga("transfer", "t1");
      SagaView begun =
          seen(
              sagas.start(id, json("{\"from\":\"a\",\"to\":\"b\",\"amount\":30}"), node.context()));
      assertThat(begun.steps()).hasSizeGreaterThan(0);
      SagaView over = seen(sagas.await(id, node.context()));
      assertThat(over.status()).isEqualTo(Status.COMPLETED);
      assertThat(new String(over.result(), StandardCharsets.UTF_8))
          .isEqualTo("{\"fromBalance\":70,\"toBalance\":30,\"checked\":\"yes\"}");
      assertThat(over.steps())
          .extracting(SagaView.Step::name)
          .isEqualTo(List.of("withdraw", "check", "deposit", "notify"));
      assertThat(RunningNode.text(node.read("a"))).isEqualTo("{\"balance\":70}@2");
      SagaView read = seen(sagas.get(id, node.context()));
      assertThat(read.steps()).usingRecursiveComparison().isEqualTo(over.steps());
      assertThat(read.version()).isEqualTo(over.version());
    }
  }
}
