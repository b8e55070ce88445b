package dev.perdure.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Operation;
import dev.perdure.runtime.queue.MessageState.Phase;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A message by itself. */
class MessageEntityTest {

  private static final ReplyTo SAGA = new ReplyTo("loan", "l1", "reviewed");

  private final MessageEntity entity = new MessageEntity();
  private MessageState state = entity.initial();
  private long now = 1_000_000;

  private String tell(MessageCommand command) {
    Instant time = Instant.ofEpochSecond(now / 1_000_000, now % 1_000_000 * 1000);
    Decision<MessageEvent> decision =
        entity.decide(state, command, new Operation("t", "q/m", "", "alice", time, 0));
    return switch (decision) {
      case Decision.Accepted<MessageEvent> accepted -> {
        accepted.events().forEach(event -> state = entity.evolve(state, event));
        yield accepted.events().isEmpty() ? "nothing" : "done";
      }
      case Decision.Rejected<MessageEvent> no -> no.rejection().code();
    };
  }

  private void send(ReplyTo replyTo) {
    assertThat(tell(new MessageCommand.Send("{}", 3, 0, replyTo))).isEqualTo("done");
  }

  private String lease(String token) {
    return tell(new MessageCommand.Lease(token, 100, "bob"));
  }

  @Test
  void nothingCanBeSaidToOneThatWasNotSent() {
    assertThat(lease("x")).isEqualTo(MessageEntity.NO_MESSAGE);
    assertThat(tell(new MessageCommand.Ack("", null))).isEqualTo(MessageEntity.NO_MESSAGE);
    assertThat(entity.wakeAt(state)).isNull();
  }

  @Test
  void onlyOneLeaseHoldsAndItsHolderMayBeLateUntilItIsEnded() {
    send(null);
    assertThat(lease("one")).isEqualTo("done");
    assertThat(lease("two")).isEqualTo(MessageEntity.NOT_READY);
    assertThat(tell(new MessageCommand.Expire("one", 5))).isEqualTo("nothing");
    assertThat(entity.wakeAt(state)).isEqualTo(Instant.ofEpochSecond(1, 100_000));
    now += 100;
    assertThat(tell(new MessageCommand.Expire("none", 5))).isEqualTo("nothing");
    assertThat(tell(new MessageCommand.Expire("one", 5))).isEqualTo("done");
    assertThat(tell(new MessageCommand.Ack("one", null))).isEqualTo(MessageEntity.LEASE_LOST);
    assertThat(lease("two")).isEqualTo("done");
    assertThat(tell(new MessageCommand.Ack("one", null))).isEqualTo(MessageEntity.LEASE_LOST);
    now += 1_000;
    assertThat(tell(new MessageCommand.Ack("two", null))).isEqualTo("done");
    assertThat(tell(new MessageCommand.Ack("two", null))).isEqualTo("nothing");
    assertThat(tell(new MessageCommand.Ack("one", null))).isEqualTo(MessageEntity.LEASE_LOST);
    assertThat(state.phase()).isEqualTo(Phase.DONE);
    assertThat(state.body()).isEmpty();
    assertThat(entity.wakeAt(state)).isNull();
  }

  @Test
  void theSameIsSentAgainWithoutEffectAndAnotherBodyIsRefused() {
    send(null);
    assertThat(tell(new MessageCommand.Send("{}", 0, 9, null))).isEqualTo("nothing");
    assertThat(tell(new MessageCommand.Send("[]", 3, 0, null))).isEqualTo(MessageEntity.EXISTS);
    lease("one");
    tell(new MessageCommand.Ack("one", null));
    assertThat(tell(new MessageCommand.Send("{}", 3, 0, null))).isEqualTo("nothing");
    assertThat(state.phase()).isEqualTo(Phase.DONE);
  }

  @Test
  void aDeadLetterWaitsForAPersonAndBeginsAnew() {
    send(null);
    lease("one");
    assertThat(tell(new MessageCommand.Nack("one", 50, "no", 2))).isEqualTo("done");
    assertThat(lease("two")).isEqualTo(MessageEntity.NOT_READY);
    now += 50;
    lease("two");
    assertThat(tell(new MessageCommand.Nack("two", 50, "never", 2))).isEqualTo("done");
    assertThat(state.phase()).isEqualTo(Phase.DEAD);
    assertThat(state.error()).isEqualTo("never");
    assertThat(entity.wakeAt(state)).isEqualTo(Entity.NEVER);
    assertThat(tell(new MessageCommand.Replay("mended"))).isEqualTo("done");
    assertThat(tell(new MessageCommand.Replay("mended"))).isEqualTo(MessageEntity.NOT_DEAD);
    assertThat(state.attempts()).isZero();
    lease("three");
    now += 100;
    assertThat(tell(new MessageCommand.Expire("three", 1))).isEqualTo("done");
    assertThat(state.phase()).isEqualTo(Phase.DEAD);
    assertThat(tell(new MessageCommand.Discard("old"))).isEqualTo("done");
    assertThat(state.phase()).isEqualTo(Phase.DONE);
  }

  @Test
  void theResultWaitsUntilTheSagaHasIt() {
    send(SAGA);
    lease("one");
    assertThat(tell(new MessageCommand.Ack("one", "{\"ok\":true}"))).isEqualTo("done");
    assertThat(state.phase()).isEqualTo(Phase.REPLYING);
    assertThat(state.result()).isEqualTo("{\"ok\":true}");
    assertThat(entity.wakeAt(state)).isNotNull();
    assertThat(tell(new MessageCommand.Replied(null))).isEqualTo("done");
    assertThat(tell(new MessageCommand.Replied(null))).isEqualTo("nothing");
    assertThat(state.phase()).isEqualTo(Phase.DONE);
  }

  @Test
  void anExtensionCountsFromNow() {
    send(null);
    lease("one");
    now += 60;
    assertThat(tell(new MessageCommand.Extend("two", 500))).isEqualTo(MessageEntity.LEASE_LOST);
    assertThat(tell(new MessageCommand.Extend("one", 500))).isEqualTo("done");
    assertThat(state.until()).isEqualTo(now + 500);
    now += 100;
    assertThat(tell(new MessageCommand.Expire("one", 5))).isEqualTo("nothing");
  }

  @Test
  void aResultThatNoSagaCouldTakeIsRefusedAtOnce() {
    send(SAGA);
    lease("one");
    String large = '"' + "x".repeat(16 * 1024) + '"';
    assertThat(tell(new MessageCommand.Ack("one", large)))
        .isEqualTo(MessageEntity.RESULT_TOO_LARGE);
    assertThat(state.phase()).isEqualTo(Phase.LEASED);
    String fits = '"' + "x".repeat(16 * 1024 - 2) + '"';
    assertThat(tell(new MessageCommand.Ack("one", fits))).isEqualTo("done");
    assertThat(state.phase()).isEqualTo(Phase.REPLYING);
  }
}
