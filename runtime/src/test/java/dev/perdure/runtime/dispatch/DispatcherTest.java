package dev.perdure.runtime.dispatch;

import static dev.perdure.runtime.dispatch.Bench.ACKED;
import static dev.perdure.runtime.dispatch.Bench.LEASED;
import static dev.perdure.runtime.dispatch.Bench.SENT;
import static dev.perdure.runtime.dispatch.Bench.after;
import static dev.perdure.runtime.dispatch.Bench.message;
import static dev.perdure.runtime.dispatch.Bench.wanted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Queue;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.queue.MessageEvent;
import dev.perdure.runtime.queue.ReplyTo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a node keeps of messages, told as by the loops of shards. */
class DispatcherTest {

  private static Outcome.@Nullable Failed refusal(Bench bench) {
    return bench.dispatcher.refusal(message("new"), "send", 0);
  }

  @Test
  void whatLeftWithItsSlotIsNotCountedAnyMore() {
    Bench bench = new Bench(Bench.WORK.withMessages(2), 1);
    bench.dispatcher.leads(0, true);
    bench.decides(0, "stays", SENT);
    bench.decides(0, "leaves", SENT, LEASED);
    assertThat(refusal(bench)).isNotNull();
    int slot = message("leaves").slot();
    bench.dispatcher.moved(0, one -> one != slot);
    assertThat(bench.counts()).isEqualTo("1 0 0 0");
    assertThat(refusal(bench)).isNull();
    assertThat(bench.dispatcher.figures().getFirst().total().acked()).isZero();
  }

  @Test
  void whatIsSeenInAnotherShardThanBeforeIsCountedOnce() {
    Bench bench = new Bench(Bench.WORK, 2);
    bench.dispatcher.leads(0, true);
    bench.dispatcher.leads(1, true);
    bench.decides(0, "m", SENT);
    bench.decides(1, "m", SENT, LEASED);
    assertThat(bench.counts()).isEqualTo("0 0 1 0");
    bench.dispatcher.moved(0, slot -> false);
    assertThat(bench.counts()).isEqualTo("0 0 1 0");
  }

  @Test
  void leasesOnTheirWayCountAsLeased() {
    Queue.Capacity of = Bench.WORK.capacity();
    Queue two =
        Bench.WORK.withCapacity(
            new Queue.Capacity(of.messages(), of.messagesOfTenant(), 2, of.bytes()));
    Bench bench = new Bench(two, 1);
    bench.dispatcher.leads(0, true);
    for (int i = 0; i < 5; i++) {
      bench.decides(0, "m" + i, SENT);
    }
    Held first = bench.dispatcher.take(wanted(1)).messages().getFirst();
    assertThat(bench.dispatcher.take(wanted(5)).messages()).hasSize(1);
    assertThat(bench.dispatcher.take(wanted(5)).messages()).isEmpty();
    bench.dispatcher.decided(0, first.address, 2, after(SENT, LEASED));
    assertThat(bench.dispatcher.take(wanted(5)).messages()).isEmpty();
    bench.dispatcher.leased(first);
    assertThat(bench.dispatcher.take(wanted(5)).messages()).isEmpty();
    bench.dispatcher.decided(0, first.address, 3, after(SENT, LEASED, ACKED));
    assertThat(bench.dispatcher.take(wanted(5)).messages()).hasSize(1);
  }

  @Test
  void whatCouldNotBeLeasedCostsNothingOfTheRate() {
    Bench bench = new Bench(Bench.WORK.withPerSecond(1), 1);
    bench.dispatcher.leads(0, true);
    bench.decides(0, "m", SENT);
    for (int i = 0; i < 3; i++) {
      Held taken = bench.dispatcher.take(wanted(1)).messages().getFirst();
      bench.dispatcher.giveBack(taken);
    }
    assertThat(bench.dispatcher.take(wanted(1)).messages()).hasSize(1);
  }

  @Test
  void theSystemsOwnShardIsNoPartOfALimit() {
    Bench bench = new Bench(Bench.WORK.withMessages(4), 2);
    bench.dispatcher.leads(ClusterMap.SYSTEM_SHARD, true);
    bench.dispatcher.leads(0, true);
    bench.decides(0, "a", SENT);
    assertThat(refusal(bench)).isNull();
    bench.decides(0, "b", SENT);
    assertThat(refusal(bench)).isNotNull();
  }

  @Test
  void aFullQueueStillAnswersWhatWasSentBefore() {
    Bench bench = new Bench(Bench.WORK.withMessages(1), 1);
    bench.dispatcher.leads(0, true);
    bench.decides(0, "m", SENT);
    assertThat(refusal(bench)).isNotNull();
    assertThat(bench.dispatcher.refusal(message("m"), "send", 1)).isNull();
  }

  @Test
  void whatWasReadBeforeAMessageWasFinishedDoesNotBringItBack() {
    Bench bench = new Bench(Bench.WORK, 1);
    bench.dispatcher.leads(0, true);
    bench.decides(0, "m", SENT, LEASED, ACKED);
    Dispatcher.Sight old = new Dispatcher.Sight(message("m"), 0, 2, after(SENT, LEASED));
    bench.dispatcher.seen(old, 0);
    assertThat(bench.counts()).isEqualTo("0 0 0 0");
    bench.pass(Duration.ofSeconds(6));
    bench.dispatcher.seen(old, 0); // what was decided is lost if the store does not know it yet
    assertThat(bench.counts()).isEqualTo("0 0 1 0");
  }

  @Test
  void aLeaseIsOverWhenItsShardSaysSoWhateverTheClockOfTheNode() {
    long until = 100_000_000;
    assertThat(Attending.isOver(until, until, until - 60_000_000)).isTrue();
    assertThat(Attending.isOver(until, 0, until - 60_000_000)).isFalse();
    assertThat(Attending.isOver(until, 0, until)).isTrue();
  }

  @Test
  void aResultOnItsWayIsCounted() {
    Bench bench = new Bench(Bench.WORK, 1);
    bench.shards =
        address -> {
          throw new IllegalStateException("it stays on its way");
        };
    bench.dispatcher.leads(0, true);
    bench.decides(
        0,
        "m",
        new MessageEvent.Sent("{}", 3, 0, new ReplyTo("loan", "l1", "reviewed"), 0),
        LEASED,
        new MessageEvent.Acked("1", 0));
    assertThat(bench.dispatcher.figures().getFirst().now().replying()).isEqualTo(1);
  }
}
