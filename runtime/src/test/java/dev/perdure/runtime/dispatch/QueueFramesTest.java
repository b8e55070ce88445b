package dev.perdure.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Queues;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a node asks another for, and what an older one says. */
class QueueFramesTest {

  private static final long NOW_NS = 7_000;

  private final Queues.Wanted wanted =
      new Queues.Wanted("mails", "acme", 3, Duration.ofSeconds(9), "w1", Duration.ZERO);

  private byte[] question(int urgency) {
    ByteWriter out = new ByteWriter(64);
    CallContext context = new CallContext("ann", "trace", NOW_NS + 500, urgency);
    QueueFrames.question(out, wanted, context, NOW_NS);
    return out.toBytes();
  }

  @Test
  void aQuestionKeepsWhoAsksUntilWhenAndHowMuchItMatters() {
    QueueFrames.Question read = QueueFrames.question(new ByteReader(question(1), "question"), 100);
    assertThat(read.wanted()).isEqualTo(wanted);
    assertThat(read.context()).isEqualTo(new CallContext("ann", "trace", 600, 1));
  }

  @Test
  void anOlderNodeDoesNotSayHowMuchItMatters() {
    byte[] all = question(0);
    byte[] old = Arrays.copyOf(all, all.length - 1);
    assertThat(QueueFrames.question(new ByteReader(old, "question"), 100).context().urgency())
        .isEqualTo(CallContext.URGENCY_DEFAULT);
  }
}
