package dev.perdure.lab.cluster.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.lab.cluster.load.Operation.Kind;
import dev.perdure.lab.cluster.load.Result.Status;
import org.junit.jupiter.api.Test;

/** From when to when an operation may have taken effect. */
class DeliveryTest {

  private static final Result DONE = new Result(Status.DONE, 3, 10, "", false);

  private static Delivery delivery(Kind kind) {
    return new Delivery(new Operation("k", "a", kind, 5, false), 1);
  }

  @Test
  void beginsWithTheFirstAttemptThatMayHaveDoneIt() {
    Delivery delivery = delivery(Kind.DEPOSIT);
    delivery.attempted(1, 2, Result.notExecuted("no-leader"));
    delivery.attempted(3, 4, Result.unknown("no answer"));
    delivery.attempted(5, 6, Result.unknown("no answer"));
    delivery.attempted(7, 8, DONE);
    assertThat(delivery.recorded()).isEqualTo(new Recorded(delivery.operation(), 1, 3, 8, DONE));
  }

  @Test
  void beginsWithTheAnswerIfAllBeforeCertainlyDidNothing() {
    Delivery delivery = delivery(Kind.DEPOSIT);
    delivery.attempted(1, 2, Result.notExecuted("no-leader"));
    delivery.attempted(7, 8, DONE);
    assertThat(delivery.recorded().calledNs()).isEqualTo(7);
  }

  @Test
  void staysUnknownWhenALaterAttemptCertainlyDidNothing() {
    Delivery delivery = delivery(Kind.WITHDRAW);
    delivery.attempted(1, 2, Result.unknown("no answer"));
    delivery.attempted(3, 4, Result.notExecuted("no connection"));
    assertThat(delivery.result().status()).isEqualTo(Status.UNKNOWN);
    assertThat(delivery.recorded().calledNs()).isEqualTo(1);
    assertThat(delivery.recorded().returnedNs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void isNotExecutedWhenNoAttemptMayHaveDoneIt() {
    Delivery delivery = delivery(Kind.WITHDRAW);
    assertThat(delivery.result().status()).isEqualTo(Status.NOT_EXECUTED);
    delivery.attempted(1, 2, Result.notExecuted("no connection"));
    assertThat(delivery.result()).isEqualTo(Result.notExecuted("no connection"));
  }

  @Test
  void aReadIsOnlyTheAttemptThatWasAnswered() {
    Delivery delivery = delivery(Kind.READ);
    delivery.attempted(1, 2, Result.unknown("no answer"));
    assertThat(delivery.result().status()).isEqualTo(Status.NOT_EXECUTED);
    delivery.attempted(3, 4, DONE);
    assertThat(delivery.recorded().calledNs()).isEqualTo(3);
    assertThat(delivery.recorded().returnedNs()).isEqualTo(4);
  }
}
