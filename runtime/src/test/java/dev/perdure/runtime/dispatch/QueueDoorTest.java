package dev.perdure.runtime.dispatch;

import static dev.perdure.runtime.dispatch.Bench.LEASED;
import static dev.perdure.runtime.dispatch.Bench.SENT;
import static dev.perdure.runtime.dispatch.Bench.after;
import static dev.perdure.runtime.dispatch.Bench.wanted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Queues.Answer;
import dev.perdure.runtime.queue.MessageCommand;
import dev.perdure.runtime.queue.MessageEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How workers are served, with shards and nodes that do not answer. */
class QueueDoorTest {

  private static final long SECOND = 1_000_000_000L;

  private final Bench bench = new Bench(Bench.WORK, 1);
  private final QueueDoor door = new QueueDoor(bench.parts, bench.dispatcher);

  private Outcome.Done leasedBy(String token) {
    MessageEvent leased = new MessageEvent.Leased(token, 30_000_000, "w", 0);
    return new Outcome.Done(
        2, bench.parts.types().messages().encodeState(after(SENT, leased)), false);
  }

  @Test
  void oneShardWithoutALeaderDoesNotCostTheLeasesOfTheOthers() {
    bench.dispatcher.leads(0, true);
    for (int i = 0; i < 3; i++) {
      bench.decides(0, "m" + i, SENT);
    }
    Deque<String> tokens = new ArrayDeque<>();
    bench.commands =
        command -> {
          if (command.address().equals(Bench.message("m0"))) {
            return () -> hangs(command);
          }
          tokens.add(((MessageCommand.Lease) command.body().value()).token());
          return () -> new Outcome.Done(2, new byte[0], false);
        };
    bench.reads = address -> leasedBy(tokens.remove());
    Answer<?> got = door.lease(wanted(3), bench.context());
    assertThat(got).isInstanceOf(Answer.Got.class);
    assertThat((List<?>) ((Answer.Got<?>) got).value()).hasSize(2);
    assertThat(bench.now.get()).isLessThan(2 * SECOND);
  }

  /** A command whose shard never answers: its caller waits until its deadline. */
  private Outcome hangs(EntityCommand command) {
    bench.now.set(Math.max(bench.now.get(), command.context().deadlineNs()));
    return Outcome.Failed.of(ProblemCode.NO_LEADER, "nobody leads");
  }

  @Test
  void aNodeThatHangsIsAskedForAShortTimeAndThenNotForAWhile() {
    List<Duration> asked = new ArrayList<>();
    bench.others =
        new Others() {
          @Override
          public List<String> leaders() {
            return List.of("b");
          }

          @Override
          public byte[] ask(String node, byte[] question, Duration timeout) throws IOException {
            asked.add(timeout);
            bench.pass(timeout);
            throw new IOException("no answer");
          }
        };
    for (int i = 0; i < 4; i++) {
      assertThat(door.lease(wanted(1), bench.context())).isEqualTo(new Answer.Got<>(List.of()));
    }
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst()).isLessThanOrEqualTo(Duration.ofMillis(2_500));
    bench.pass(Duration.ofSeconds(6));
    door.lease(wanted(1), bench.context());
    assertThat(asked).hasSize(2);
  }

  @Test
  void whatIsTakenIsGivenBackIfLeasingFails() {
    bench.dispatcher.leads(0, true);
    bench.decides(0, "m", SENT);
    assertThatThrownBy(() -> door.lease(wanted(1), bench.context()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(bench.dispatcher.take(wanted(1)).messages()).hasSize(1);
  }

  @Test
  void whoWaitsDoesNotSpin() {
    Leasing.Result limited = new Leasing.Result(List.of(), SECOND, null);
    assertThat(QueueDoor.sooner(SECOND, 0)).isEqualTo(SECOND);
    assertThat(QueueDoor.sooner(0, SECOND)).isEqualTo(SECOND);
    assertThat(QueueDoor.sooner(SECOND, 5)).isEqualTo(5);
    assertThat(QueueDoor.pauseNs(limited, false)).isEqualTo(300_000_000L);
    Leasing.Result failed =
        Leasing.Result.failed(Outcome.Failed.of(ProblemCode.NO_LEADER, "nobody leads"));
    assertThat(QueueDoor.pauseNs(failed, true)).isEqualTo(300_000_000L);
    assertThat(
            QueueDoor.pauseNs(
                Leasing.Result.failed(Outcome.Failed.retry(ProblemCode.OVERLOADED, "full", 700)),
                true))
        .isEqualTo(700_000_000L);
  }

  @Test
  void aNodeThatStopsSaysSo() {
    bench.dispatcher.leads(0, true);
    bench.decides(0, "m", SENT, LEASED);
    bench.dispatcher.close();
    assertThat(((Answer.Failed<?>) door.lease(wanted(1), bench.context())).problem().code())
        .isEqualTo(ProblemCode.DRAINING);
  }
}
