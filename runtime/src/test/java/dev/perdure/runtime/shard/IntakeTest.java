package dev.perdure.runtime.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class IntakeTest {

  private static final long MS = 1_000_000;

  private final long nowNs = 7_000 * MS;
  private final Intake intake = new Intake(1_000);
  private int made;

  private StateRequest request(String tenant, int urgency, long timeoutNs) {
    CallContext context = new CallContext("caller", "", nowNs + timeoutNs, urgency);
    return new StateRequest(new EntityAddress(tenant, "account", "a" + made++), context, false);
  }

  private StateRequest request(String tenant, int urgency) {
    return request(tenant, urgency, 5_000 * MS);
  }

  private StateRequest offer(String tenant, int urgency) {
    StateRequest request = request(tenant, urgency);
    assertThat(intake.offer(request)).isNull();
    return request;
  }

  private int fill(String tenant, int urgency) {
    int taken = 0;
    while (intake.offer(request(tenant, urgency)) == null) {
      taken++;
    }
    return taken;
  }

  @Test
  void lessThanACrowdPassesInTheOrderInWhichItCame() {
    List<Request> offered = new ArrayList<>();
    for (int i = 0; i < Intake.CROWD; i++) {
      offered.add(offer("t" + i % 3, i % 8));
    }
    List<Request> taken = new ArrayList<>();
    while (!intake.isEmpty()) {
      taken.add(Objects.requireNonNull(intake.next(nowNs)));
    }
    assertThat(taken).isEqualTo(offered);
    assertThat(intake.waiting()).isZero();
  }

  @Test
  void aCrowdIsSortedByWhatMatters() {
    for (int i = 0; i < Intake.CROWD; i++) {
      offer("t", 6);
    }
    Request critical = offer("t", 0);
    assertThat(intake.next(nowNs)).isEqualTo(critical);
    assertThat(intake.waiting()).isEqualTo(Intake.CROWD);
  }

  @Test
  void lessImportantRequestsFindItFullEarlier() {
    assertThat(fill("t", 7)).isEqualTo(600);
    assertThat(fill("t", 3)).isEqualTo(250);
    assertThat(fill("t", 1)).isEqualTo(100);
    assertThat(fill("t", 0)).isEqualTo(50);
    assertThat(intake.waiting()).isEqualTo(1_000);
    assertThat(intake.figures().full()).isEqualTo(4);
  }

  @Test
  void aTenantHasItsShareWhenHalfIsTaken() {
    assertThat(fill("crowd", 7)).isEqualTo(600);
    intake.next(nowNs); // from now on it is known whose they are
    assertThat(fill("crowd", 7)).as("alone").isZero();
    assertThat(fill("other", 7)).as("room for who comes next").isEqualTo(1);
    intake.next(nowNs);
    assertThat(fill("crowd", 7)).as("beside another").isZero();
    assertThat(fill("other", 7)).isEqualTo(1);
    assertThat(fill("crowd", 0)).as("what matters more than its crowd").isEqualTo(400);
  }

  @Test
  void saysWhyItIsFullAndWhenToComeAgain() {
    fill("t", 3);
    Outcome.Failed refusal = Objects.requireNonNull(intake.offer(request("t", 3)));
    assertThat(refusal.code()).isEqualTo(ProblemCode.OVERLOADED);
    assertThat(refusal.detail()).contains("850 commands are waiting").contains("limit");
    assertThat(refusal.retryAfterMs()).isPositive();
  }

  @Test
  void whatExpiredInTheCrowdIsAnsweredAndNeverTaken() {
    List<StateRequest> soon = new ArrayList<>();
    for (int i = 0; i < Intake.CROWD + 10; i++) {
      StateRequest request = request("t", 3, i % 2 == 0 ? 10 * MS : 1_000 * MS);
      intake.offer(request);
      if (i % 2 == 0) {
        soon.add(request);
      }
    }
    intake.next(nowNs);
    long laterNs = nowNs + 100 * MS;
    int taken = 0;
    while (!intake.isEmpty()) {
      Request next = intake.next(laterNs);
      if (next != null) {
        assertThat(next.deadlineNs() - laterNs).isPositive();
        taken++;
      }
    }
    assertThat(taken).isEqualTo((Intake.CROWD + 10) / 2);
    assertThat(intake.waiting()).isZero();
    assertThat(intake.figures().expired()).isEqualTo(soon.size() - 1);
    assertThat(soon.subList(1, soon.size()))
        .allSatisfy(
            request ->
                assertThat(request.poll())
                    .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed ->
                            assertThat(failed.code()).isEqualTo(ProblemCode.DEADLINE_EXCEEDED)));
  }

  @Test
  void waitsInTheCrowdEndAtTheirDeadlineAlsoWhenTheLoopHangs() {
    for (int i = 0; i <= Intake.CROWD; i++) {
      intake.offer(request("t", 3, 10 * MS));
    }
    intake.next(nowNs);
    assertThat(intake.waiting()).isEqualTo(Intake.CROWD);
    intake.expire(nowNs + 20 * MS);
    assertThat(intake.waiting()).isZero();
    assertThat(intake.isEmpty()).isTrue();
  }

  @Test
  void whatIsGivenBackGoesFirst() {
    for (int i = 0; i <= Intake.CROWD; i++) {
      offer("t", 0);
    }
    Request back = request("t", 7);
    intake.giveBack(back);
    assertThat(intake.next(nowNs)).isEqualTo(back);
  }

  @Test
  void refusesAllThatWaitsWhereverItStands() {
    List<Request> all = new ArrayList<>();
    for (int i = 0; i <= Intake.CROWD; i++) {
      all.add(offer("t", 3));
    }
    all.remove(Objects.requireNonNull(intake.next(nowNs)));
    all.add(offer("t", 3));
    Request back = request("t", 3);
    intake.giveBack(back);
    all.add(back);
    intake.refuseAll(Outcome.Failed.of(ProblemCode.NO_LEADER, "gone"));
    assertThat(all).allSatisfy(request -> assertThat(request.answered()).isTrue());
    assertThat(intake.isEmpty()).isTrue();
    assertThat(intake.waiting()).isZero();
  }
}
