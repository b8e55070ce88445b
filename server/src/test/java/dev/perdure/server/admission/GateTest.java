package dev.perdure.server.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GateTest {

  private static final long MS = 1_000_000;
  private static final int LIMIT = 100;

  private long nowNs = 3_000 * MS;
  private final Clock clock =
      new Clock() {
        @Override
        public long wallMicros() {
          return nowNs / 1_000;
        }

        @Override
        public long monotonicNs() {
          return nowNs;
        }
      };

  /** Its limit is fixed. */
  private Gate gate(Quota otherwise, Map<String, Quota> own) {
    return new Gate(
        new Gate.Settings(true, Duration.ofMillis(20), LIMIT, LIMIT, 50, otherwise, own), clock);
  }

  private Gate gate() {
    return gate(Quota.NONE, Map.of());
  }

  private static Ask ask(String tenant, int urgency) {
    return new Ask(tenant, urgency, Ask.Kind.BRIEF, 1, 0, "", Ask.NO_SHARD);
  }

  private static Ask inShard(String tenant, int shard) {
    return new Ask(tenant, 3, Ask.Kind.BRIEF, 1, 0, "", shard);
  }

  private static int fill(Gate gate, Ask ask) {
    int in = 0;
    while (gate.enter(ask) instanceof Pass) {
      in++;
    }
    return in;
  }

  private static Refusal refused(Gate gate, Ask ask) {
    assertThat(gate.enter(ask)).isInstanceOf(Refusal.class);
    return (Refusal) gate.enter(ask);
  }

  /** As many as get in of ten tenants, so that no tenant's share matters. */
  private static int fillOfMany(Gate gate, int urgency) {
    int in = 0;
    while (gate.enter(ask("t" + in % 10, urgency)) instanceof Pass) {
      in++;
    }
    return in;
  }

  @Test
  void aShardThatAnswersNobodyLeavesRoomForTheOthers() {
    Gate gate = gate();
    List<Pass> hanging = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      if (gate.enter(inShard("t" + i % 10, i % 4 == 0 ? i / 4 % 7 : 7)) instanceof Pass pass) {
        if (i % 4 == 0) {
          pass.leave(); // the other shards answer at once
        } else {
          hanging.add(pass);
        }
      } else {
        assertThat(i % 4).as("only the one that hangs is refused").isNotZero();
      }
    }
    assertThat(hanging).hasSize(LIMIT / 2);
    assertThat(refused(gate, inShard("t1", 7)).detail()).contains("its shard").contains("50");
    assertThat(gate.figures().refused().get("shard")).isPositive();
    hanging.forEach(Pass::leave);
    assertThat(gate.enter(inShard("t1", 7))).isInstanceOf(Pass.class);
  }

  @Test
  void theOnlyShardThatIsAskedMayHaveAllOfTheRoom() {
    Gate gate = gate();
    int in = 0;
    while (gate.enter(inShard("t" + in % 10, 7)) instanceof Pass) {
      in++;
    }
    assertThat(in).isEqualTo(85);
    // Half of an equal part is kept for another, whatever the first one holds.
    int other = 0;
    while (gate.enter(inShard("t" + other % 10, 3)) instanceof Pass) {
      other++;
    }
    assertThat(other).isEqualTo(85 / 2 / 2);
    // Nobody asked another for a second: what was asked before that says nothing.
    nowNs += 3_000_000_000L;
    assertThat(refused(gate, inShard("t1", 7)).detail()).contains("matter as much");
  }

  @Test
  void priorityIsShedAtSixtyEightyFiveNinetyFiveAndAHundredPercent() {
    for (int[] share : new int[][] {{7, 60}, {3, 85}, {2, 95}, {0, 100}}) {
      assertThat(fillOfMany(gate(), share[0])).isEqualTo(share[1]);
    }
  }

  @Test
  void whatMattersMoreTakesRoomFromWhatMattersLessAndNotTheOtherWayRound() {
    Gate gate = gate();
    assertThat(fillOfMany(gate, 7)).isEqualTo(60);
    assertThat(fillOfMany(gate, 0)).isEqualTo(LIMIT);
    assertThat(gate.enter(ask("t", 2))).isInstanceOf(Refusal.class);
    assertThat(gate.enter(ask("t", 7))).isInstanceOf(Refusal.class);
  }

  @Test
  void whatLeavesMakesRoom() {
    Gate gate = gate();
    Pass pass = (Pass) gate.enter(ask("t", 0));
    fill(gate, ask("t", 0));
    pass.leave();
    assertThat(gate.enter(ask("t", 0))).isInstanceOf(Pass.class);
    assertThat(gate.enter(ask("t", 0))).isInstanceOf(Refusal.class);
  }

  @Test
  void oneTenantHasAQuarterWhenFourAskAndMoreThanHalfIsTaken() {
    Gate gate = gate();
    for (String other : List.of("a", "b", "c")) {
      gate.enter(ask(other, 0));
    }
    assertThat(fill(gate, ask("hostile", 0))).isEqualTo(LIMIT / 2 - 3);
    assertThat(fill(gate, ask("a", 0))).isEqualTo(24);
    assertThat(fill(gate, ask("b", 0))).isEqualTo(24);
  }

  @Test
  void whatMattersLessTakesNothingOfItsTenantsShareFromWhatMattersMore() {
    Gate gate = gate();
    for (String other : List.of("a", "b", "c")) {
      fill(gate, ask(other, 3));
    }
    assertThat(gate.enter(ask("a", 3))).isInstanceOf(Refusal.class);
    assertThat(fill(gate, ask("a", 0))).isPositive();
  }

  @Test
  void refusalsAreHeldBackOnlyInAFloodAndTheCriticalNever() {
    Gate gate = gate(new Quota(1, 1, 0, 0, 0), Map.of());
    gate.enter(ask("t", 7));
    for (int i = 0; i < Pauses.FLOOD; i++) {
      assertThat(((Refusal) gate.enter(ask("t", 7))).pause().ms()).isZero();
    }
    Refusal held = (Refusal) gate.enter(ask("t", 7));
    assertThat(held.pause().ms()).isEqualTo(250);
    assertThat(((Refusal) gate.enter(ask("t", 3))).pause().ms()).isEqualTo(100);
    assertThat(((Refusal) gate.enter(ask("t", 0))).pause().ms()).isZero();
    for (int i = 0; i < 10_000; i++) {
      gate.enter(ask("t", 7));
    }
    assertThat(((Refusal) gate.enter(ask("t", 7))).pause().ms()).isZero();
    gate.told(held);
    assertThat(((Refusal) gate.enter(ask("t", 7))).pause().ms()).isEqualTo(1_500);
    nowNs += 3_000 * MS;
    gate.enter(ask("t", 7));
    assertThat(((Refusal) gate.enter(ask("t", 7))).pause().ms()).isZero();
  }

  @Test
  void whoIsRefusedTogetherDoesNotComeAgainTogether() {
    Gate gate = gate(new Quota(1, 1, 0, 0, 0), Map.of());
    gate.enter(ask("t", 7));
    for (int i = 0; i < 6 * (Pauses.FLOOD + 1); i++) {
      gate.enter(ask("t", 7));
    }
    int[] eighths = new int[8];
    for (int i = 0; i < 80; i++) {
      int pauseMs = gate.pauseMs((Refusal) gate.enter(ask("t", 7)), 3_000);
      eighths[Math.min(7, (pauseMs - 750) * 8 / 750)]++;
    }
    assertThat(Arrays.stream(eighths)).allMatch(count -> count >= 8 && count <= 12);
  }

  @Test
  void aRefusalIsHeldBackNoLongerThanItsCallerBears() {
    Gate gate = gate(new Quota(1, 1, 0, 0, 0), Map.of());
    gate.enter(ask("t", 7));
    for (int i = 0; i < 6 * (Pauses.FLOOD + 1); i++) {
      gate.enter(ask("t", 7));
    }
    Refusal refusal = (Refusal) gate.enter(ask("t", 7));
    for (int i = 0; i < 50; i++) {
      assertThat(gate.pauseMs(refusal, 100)).isBetween(50, 100);
    }
  }

  @Test
  void aTenantOverItsQuotaMakesNoCrowd() {
    Gate gate = gate(Quota.NONE, Map.of("flood", new Quota(1, 1, 0, 0, 0)));
    for (int i = 0; i < 4_000; i++) {
      gate.enter(ask("flood", 7));
      Pass pass = (Pass) gate.enter(ask("good", 3));
      pass.answered(200, MS);
      pass.leave();
      nowNs += MS;
    }
    assertThat(gate.figures().held()).isGreaterThan(LIMIT);
    assertThat(gate.figures().crowded()).isFalse();
  }

  @Test
  void aTenantAloneLeavesATenthForWhoComesNext() {
    Gate gate = gate();
    assertThat(fill(gate, ask("only", 0))).isEqualTo(90);
    assertThat(gate.enter(ask("next", 0))).isInstanceOf(Pass.class);
  }

  @Test
  void aBodyThatComesSlowlyAndAnAnswerThatIsReadSlowlyHoldNoPlace() throws Exception {
    Gate gate = gate();
    Ask slow = new Ask("slow", 3, Ask.Kind.BRIEF, 1, 10, "", Ask.NO_SHARD);
    Admission answer =
        gate.enter(
            slow,
            () -> {
              assertThat(gate.figures().underWay()).isZero();
              fill(gate, ask("other", 6));
            });
    assertThat(answer).isInstanceOf(Pass.class);
    int before = gate.figures().underWay();
    ((Pass) answer).answered(200, MS);
    assertThat(gate.figures().underWay()).isEqualTo(before - 1);
    ((Pass) answer).leave();
    assertThat(gate.figures().underWay()).isEqualTo(before - 1);
    assertThatThrownBy(
            () ->
                gate.enter(
                    slow,
                    () -> {
                      throw new IOException("gone");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(gate.figures().underWay()).isEqualTo(before - 1);
  }

  @Test
  void whoWaitsForWhatFollowsHoldsNoPlace() {
    Gate gate = gate();
    Pass pass = (Pass) gate.enter(ask("t", 3));
    assertThat(gate.figures().underWay()).isEqualTo(1);
    pass.waits();
    assertThat(gate.figures().underWay()).isZero();
    pass.answered(202, 30_000 * MS);
    pass.leave();
    assertThat(gate.figures().underWay()).isZero();
    assertThat(gate.figures().typicalNs()).isZero();
  }

  @Test
  void twoThatAskShareEqually() {
    Gate gate = gate();
    gate.enter(ask("b", 0));
    assertThat(fill(gate, ask("a", 0))).isEqualTo(49);
    assertThat(fill(gate, ask("b", 0))).isEqualTo(44);
  }

  @Test
  void whoAskedASecondAgoDoesNotCountAnyMore() {
    Gate gate = gate();
    ((Pass) gate.enter(ask("b", 0))).leave();
    nowNs += 2_500 * MS;
    assertThat(fill(gate, ask("a", 0))).isEqualTo(90);
  }

  @Test
  void nobodyGetsAPriorityAboveWhatItsTenantMayAskFor() {
    Gate gate = gate(Quota.NONE, Map.of("modest", new Quota(0, 0, 0, 0, 5)));
    Pass pass = (Pass) gate.enter(ask("modest", 0));
    assertThat(pass.urgency()).isEqualTo(5);
    assertThat(fill(gate, ask("modest", 0))).isEqualTo(53);
    assertThat(gate.enter(ask("other", 0))).isInstanceOf(Pass.class);
  }

  @Test
  void rateIsSpreadEvenlyAndTheTimeToComeAgainIsTheRightOne() {
    Gate gate = gate(new Quota(10, 5, 0, 0, 0), Map.of());
    for (int i = 0; i < 5; i++) {
      ((Pass) gate.enter(ask("t", 3))).leave();
    }
    Refusal refusal = refused(gate, ask("t", 3));
    assertThat(refusal.code()).isEqualTo(ProblemCode.QUOTA_EXCEEDED);
    assertThat(refusal.retryAfterMs()).isEqualTo(100);
    assertThat(refusal.policy()).isEqualTo("\"tenant\";q=5;w=1");
    assertThat(refusal.standing()).isEqualTo("\"tenant\";r=0;t=1");
    nowNs += refusal.retryAfterMs() * MS - 1;
    assertThat(gate.enter(ask("t", 3))).isInstanceOf(Refusal.class);
    nowNs += 1;
    assertThat(gate.enter(ask("t", 3))).isInstanceOf(Pass.class);
    assertThat(gate.enter(ask("t", 3))).isInstanceOf(Refusal.class);
  }

  @Test
  void noStretchOfTimeHasMoreThanTheBurstAndTheRate() {
    Gate gate = gate(new Quota(100, 10, 0, 0, 0), Map.of());
    List<Long> in = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      nowNs += MS;
      if (gate.enter(ask("t", 3)) instanceof Pass pass) {
        in.add(nowNs);
        pass.leave();
      }
    }
    for (int i = 0; i < in.size(); i++) {
      long from = in.get(i);
      long within = in.stream().filter(at -> at >= from && at < from + 100 * MS).count();
      assertThat(within).isLessThanOrEqualTo(20);
    }
    assertThat(in.size()).isBetween(490, 520);
  }

  @Test
  void aFloodOfPathsAndIdsIsOneTenantsAllTheSame() {
    Gate gate = gate(new Quota(10, 10, 0, 0, 0), Map.of());
    int in = 0;
    for (int i = 0; i < 10_000; i++) {
      Ask ask = new Ask("t", 3, Ask.Kind.BRIEF, 1, 0, "t:account/" + i, Ask.NO_SHARD);
      if (gate.enter(ask) instanceof Pass pass) {
        in++;
        pass.leave();
      }
    }
    assertThat(in).isEqualTo(10);
  }

  @Test
  void aMillionTenantsTakeBoundedMemoryAndNeverFailOpen() {
    Gate gate = gate(new Quota(10, 10, 0, 0, 0), Map.of("known", new Quota(5, 5, 0, 0, 0)));
    int in = 0;
    for (int i = 0; i < 1_000_000; i++) {
      if (gate.enter(ask("t" + i, 3)) instanceof Pass pass) {
        in++;
        pass.leave();
      }
    }
    assertThat(gate.figures().tenants()).isLessThanOrEqualTo(51);
    assertThat(in).isLessThan(1_000);
    int known = 0;
    for (int i = 0; i < 100; i++) {
      known += gate.enter(ask("known", 3)) instanceof Pass ? 1 : 0;
    }
    assertThat(known).isEqualTo(5);
  }

  @Test
  void aTenantThatIsForgottenHasNothingToGainByIt() {
    Gate gate = gate(new Quota(10, 10, 0, 0, 0), Map.of());
    fill(gate, ask("hostile", 3));
    for (int i = 0; i < 1_000; i++) {
      gate.enter(ask("filler" + i, 3));
    }
    assertThat(gate.enter(ask("hostile", 3))).isInstanceOf(Refusal.class);
  }

  @Test
  void concurrencyCountsWhatWaitsToo() {
    Gate gate = gate(new Quota(0, 0, 3, 0, 0), Map.of());
    Ask waiting = new Ask("t", 3, Ask.Kind.LASTING, 1, 0, "", Ask.NO_SHARD);
    gate.enter(waiting);
    gate.enter(waiting);
    Pass third = (Pass) gate.enter(ask("t", 3));
    assertThat(refused(gate, ask("t", 3)).code()).isEqualTo(ProblemCode.QUOTA_EXCEEDED);
    assertThat(gate.figures().underWay()).isOne();
    third.leave();
    assertThat(gate.enter(ask("t", 3))).isInstanceOf(Pass.class);
  }

  @Test
  void bytesOfBodiesAreBoundedAndComeBack() {
    Gate gate = gate(new Quota(0, 0, 0, 1_000, 0), Map.of());
    Ask large = new Ask("t", 3, Ask.Kind.BRIEF, 1, 600, "", Ask.NO_SHARD);
    Pass pass = (Pass) gate.enter(large);
    assertThat(refused(gate, large).detail()).contains("1000 bytes");
    assertThat(gate.enter(new Ask("t", 3, Ask.Kind.BRIEF, 1, 400, "", Ask.NO_SHARD)))
        .isInstanceOf(Pass.class);
    pass.leave();
    assertThat(gate.enter(large)).isInstanceOf(Pass.class);
  }

  @Test
  void anExpensiveRequestIsPaidForAfterwards() {
    Gate gate = gate(new Quota(10, 1, 0, 0, 0), Map.of());
    Ask expensive = new Ask("t", 3, Ask.Kind.BRIEF, 5, 0, "", Ask.NO_SHARD);
    assertThat(gate.enter(expensive)).isInstanceOf(Pass.class);
    assertThat(refused(gate, ask("t", 3)).retryAfterMs()).isEqualTo(500);
  }

  @Test
  void linesOfABatchUseTheRate() {
    Gate gate = gate(new Quota(10, 3, 0, 0, 0), Map.of());
    Pass batch = (Pass) gate.enter(new Ask("t", 3, Ask.Kind.LASTING, 0, 0, "", Ask.NO_SHARD));
    for (int i = 0; i < 3; i++) {
      assertThat(batch.line()).isNull();
    }
    assertThat(batch.line()).isNotNull();
  }

  @Test
  void whatIsRefusedForLongIsToldToStayAwayForLonger() {
    Gate gate = gate();
    assertThat(fill(gate, ask("t", 0))).isEqualTo(90);
    assertThat(refused(gate, ask("t", 7)).retryAfterMs()).isEqualTo(1_000);
    nowNs += 8_000 * MS;
    assertThat(refused(gate, ask("t", 7)).retryAfterMs()).isEqualTo(8_000);
    nowNs += 100_000 * MS;
    assertThat(refused(gate, ask("t", 7)).retryAfterMs()).isEqualTo(30_000);
  }

  @Test
  void refusalsLeaveNothingBehind() {
    Gate gate = gate(new Quota(50, 50, 10, 1_000, 0), Map.of());
    List<Pass> passes = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      nowNs += MS;
      if (gate.enter(new Ask("t" + i % 3, i % 8, Ask.Kind.BRIEF, 1, 300, "", Ask.NO_SHARD))
          instanceof Pass in) {
        passes.add(in);
      }
      if (i % 7 == 0 && !passes.isEmpty()) {
        passes.removeFirst().leave();
      }
    }
    passes.forEach(Pass::leave);
    assertThat(gate.figures().underWay()).isZero();
    nowNs += 10_000 * MS;
    assertThat(gate.enter(new Ask("t0", 3, Ask.Kind.BRIEF, 1, 1_000, "", Ask.NO_SHARD)))
        .isInstanceOf(Pass.class);
  }

  @Test
  void hotTenantsAndEntitiesAreNamed() {
    Gate gate = gate();
    for (int i = 0; i < 80_000; i++) {
      boolean hot = i / 8 % 10 < 4;
      String tenant = hot ? "hot" : "t" + i;
      gate.enter(new Ask(tenant, 3, Ask.Kind.FREE, 1, 0, tenant + ":account/1", Ask.NO_SHARD));
    }
    GateFigures figures = gate.figures();
    assertThat(figures.hotTenants()).first().extracting(GateFigures.Spot::name).isEqualTo("hot");
    assertThat(figures.hotTenants().getFirst().share()).isBetween(0.35, 0.45);
    assertThat(figures.hotEntities())
        .first()
        .extracting(GateFigures.Spot::name)
        .isEqualTo("hot:account/1");
    assertThat(figures.hotTenants()).hasSizeLessThanOrEqualTo(5);
  }
}
