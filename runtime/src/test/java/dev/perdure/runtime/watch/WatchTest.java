package dev.perdure.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.ForceFigures;
import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which signs stand, and what is done for them, by a clock and figures that a test moves. */
class WatchTest {

  private static final long MS = 1_000_000;
  private static final long LOOK_NS = 500 * MS;

  private long nowNs = 1_000_000_000_000L;
  private ForceFigures forces = ForceFigures.NONE;
  private final Map<Integer, Long> turns = new HashMap<>(Map.of(0, 5L));
  private boolean loopTurns = true;
  private long queueDelayNs;
  private ClockOffset offset = ClockOffset.NONE;
  private long used = 10;
  private boolean queueFails;

  private final Watch watch = new Watch(new Hand(), new Figures());

  private Silence silence = Silence.NONE;

  private final class Hand implements Clock {
    @Override
    public long wallMicros() {
      return nowNs / 1_000;
    }

    @Override
    public long monotonicNs() {
      return nowNs;
    }
  }

  private final class Figures implements Seen {
    @Override
    public ForceFigures forces() {
      return forces;
    }

    @Override
    public Map<Integer, Long> turns() {
      return Map.copyOf(turns);
    }

    @Override
    public long queueDelayNs() {
      if (queueFails) {
        throw new InternalError("planted");
      }
      return queueDelayNs;
    }

    @Override
    public ClockOffset clock() {
      return offset;
    }

    @Override
    public Silence silence() {
      return silence;
    }

    @Override
    public List<Resource> resources(int threadsMax) {
      return List.of(new Resource("descriptors", used, 1_000));
    }

    @Override
    public long collectedMs() {
      return nowNs / MS / 10;
    }
  }

  private void pass(Duration time) {
    long until = nowNs + time.toNanos();
    while (nowNs < until) {
      nowNs += LOOK_NS;
      if (loopTurns) {
        turns.merge(0, 1L, Long::sum);
      }
      watch.look();
    }
  }

  private Watch.View of(Sign sign) {
    return watch.views().stream().filter(one -> one.sign() == sign).findFirst().orElseThrow();
  }

  private List<Sign> standing() {
    return watch.views().stream().filter(Watch.View::stands).map(Watch.View::sign).toList();
  }

  @Test
  void anotherNodeThatIsSilentIsSaidAndChangesNothing() {
    silence = new Silence("berlin", 1_000 * MS, 2, 0);
    pass(Duration.ofMinutes(1));
    assertThat(standing()).isEmpty();
    silence = new Silence("berlin", 12_000 * MS, 2, 1);
    pass(Duration.ofSeconds(3));
    assertThat(standing()).containsExactly(Sign.PEER);
    assertThat(of(Sign.PEER).evidence())
        .contains("node berlin has not answered for 12.0 s")
        .contains("1 of 2");
    for (Act act : Act.values()) {
      assertThat(watch.why(act)).isEmpty();
    }
    silence = new Silence("berlin", 100 * MS, 2, 0);
    pass(Duration.ofSeconds(6));
    assertThat(standing()).isEmpty();
  }

  @Test
  void aHealthyNodeShowsNoSign() {
    forces = new ForceFigures(20 * MS, 300 * MS, 100);
    pass(Duration.ofHours(1));
    assertThat(standing()).isEmpty();
    for (Act act : Act.values()) {
      assertThat(watch.why(act)).isEmpty();
    }
  }

  @Test
  void aDiskThatStallsIsABrownoutUntilItIsFastAgain() {
    forces = new ForceFigures(600 * MS, 700 * MS, 9);
    pass(Duration.ofSeconds(1));
    assertThat(standing()).isEmpty();
    pass(Duration.ofSeconds(2));
    assertThat(standing()).containsExactly(Sign.DISK);
    assertThat(watch.why(Act.BROWNOUT)).contains("disk").contains("600 ms").contains("500 ms");
    assertThat(watch.why(Act.LEAD_ELSEWHERE)).as("who leads is decided by comparing").isEmpty();
    forces = new ForceFigures(20 * MS, 40 * MS, 100);
    pass(Duration.ofSeconds(9));
    assertThat(of(Sign.DISK).stands()).isTrue();
    assertThat(of(Sign.DISK).evidence()).as("what decided").contains("600 ms");
    pass(Duration.ofSeconds(2));
    assertThat(standing()).isEmpty();
    assertThat(watch.why(Act.BROWNOUT)).isEmpty();
    assertThat(of(Sign.DISK).raised()).isEqualTo(1);
  }

  @Test
  void oneForceInAHundredCountsLess() {
    forces = new ForceFigures(20 * MS, 1_900 * MS, 100);
    pass(Duration.ofSeconds(10));
    assertThat(standing()).isEmpty();
    forces = new ForceFigures(20 * MS, 2_000 * MS, 100);
    pass(Duration.ofSeconds(3));
    assertThat(standing()).containsExactly(Sign.DISK);
  }

  @Test
  void longPausesAreABrownout() {
    watch.woke(nowNs, nowNs + 2_900 * MS);
    pass(Duration.ofSeconds(3));
    assertThat(standing()).isEmpty();
    watch.woke(nowNs, nowNs + 200 * MS);
    pass(Duration.ofSeconds(1));
    assertThat(standing()).containsExactly(Sign.PAUSES);
    assertThat(watch.why(Act.BROWNOUT)).contains("3.1 of the last 10 s").contains("2.9 s");
    pass(Duration.ofSeconds(22));
    assertThat(standing()).isEmpty();
    assertThat(watch.stoodSeconds()).isEqualTo(3.1);
  }

  @Test
  void whereALoopStandsStillOthersLead() {
    pass(Duration.ofSeconds(2));
    loopTurns = false;
    pass(Duration.ofSeconds(8));
    assertThat(standing()).containsExactly(Sign.LOOP);
    assertThat(watch.why(Act.LEAD_ELSEWHERE)).contains("shard 0");
    assertThat(watch.why(Act.REFUSE_TO_LEAD)).isEmpty();
    loopTurns = true;
    pass(Duration.ofSeconds(12));
    assertThat(standing()).isEmpty();
  }

  @Test
  void aProcessThatStoodStillHasNoLoopThatDoes() {
    pass(Duration.ofSeconds(2));
    nowNs += Duration.ofSeconds(9).toNanos();
    watch.look();
    assertThat(of(Sign.LOOP).severity()).isGreaterThan(1);
    pass(Duration.ofSeconds(5));
    assertThat(of(Sign.LOOP).raised()).isZero();
  }

  @Test
  void aReplicaThatIsGoneStandsStillNoMore() {
    loopTurns = false;
    pass(Duration.ofSeconds(3));
    turns.clear();
    pass(Duration.ofSeconds(10));
    assertThat(standing()).isEmpty();
  }

  @Test
  void aLoopMayStandTwiceAsLongAsUserCodeMayTake() {
    Bounds bounds = Bounds.defaults().withLimits(Duration.ofMinutes(1), Duration.ofSeconds(1));
    assertThat(bounds.loop()).isEqualTo(Duration.ofSeconds(5));
    assertThat(bounds.clock()).isEqualTo(Duration.ofMinutes(1));
    watch.bounds(bounds.withLimits(Duration.ofMinutes(2), Duration.ofSeconds(10)));
    assertThat(watch.bounds().clock()).isEqualTo(Duration.ofMinutes(2));
    pass(Duration.ofSeconds(2));
    loopTurns = false;
    pass(Duration.ofSeconds(19));
    assertThat(standing()).isEmpty();
    pass(Duration.ofSeconds(5));
    assertThat(standing()).containsExactly(Sign.LOOP);
    assertThat(of(Sign.LOOP).evidence()).contains("the bound is 20 s");
  }

  @Test
  void aFigureThatCannotBeReadHidesNoOther() {
    queueDelayNs = 2_500 * MS;
    pass(Duration.ofSeconds(3));
    queueFails = true;
    used = 950;
    forces = new ForceFigures(600 * MS, 700 * MS, 9);
    pass(Duration.ofSeconds(30));
    assertThat(standing()).containsExactly(Sign.DISK, Sign.QUEUE, Sign.EXHAUSTION);
    queueFails = false;
    queueDelayNs = 0;
    pass(Duration.ofSeconds(11));
    assertThat(standing()).containsExactly(Sign.DISK, Sign.EXHAUSTION);
  }

  @Test
  void whatWaitsTooLongIsABrownout() {
    queueDelayNs = 2_500 * MS;
    pass(Duration.ofSeconds(3));
    assertThat(standing()).containsExactly(Sign.QUEUE);
    assertThat(watch.why(Act.BROWNOUT)).contains("2.5 s").contains("2.0 s");
  }

  @Test
  void aClockThatDiffersFromMostLeadsNothing() {
    offset = new ClockOffset(-59_000_000, 2);
    pass(Duration.ofSeconds(5));
    assertThat(standing()).isEmpty();
    offset = new ClockOffset(-61_000_000, 2);
    pass(Duration.ofSeconds(2));
    assertThat(standing()).containsExactly(Sign.CLOCK);
    assertThat(watch.why(Act.REFUSE_TO_LEAD)).contains("61.0 s behind").contains("2 others");
    assertThat(watch.why(Act.LEAD_ELSEWHERE)).isNotEmpty();
    assertThat(watch.why(Act.BROWNOUT)).isEmpty();
    offset = ClockOffset.NONE;
    pass(Duration.ofSeconds(6));
    assertThat(watch.why(Act.REFUSE_TO_LEAD)).isEmpty();
  }

  @Test
  void aLeakIsOnlySaidAndExhaustionIsABrownout() {
    used = 300;
    for (int minute = 0; minute < 30; minute++) {
      pass(Duration.ofMinutes(1));
      used += 10;
    }
    assertThat(standing()).as("600 in 30 minutes, 400 left in 40").isEmpty();
    for (int minute = 0; minute < 25; minute++) {
      pass(Duration.ofMinutes(1));
      used += 10;
    }
    assertThat(standing()).containsExactly(Sign.LEAK);
    for (Act act : Act.values()) {
      assertThat(watch.why(act)).isEmpty();
    }
    used = 950;
    pass(Duration.ofSeconds(3));
    assertThat(watch.why(Act.BROWNOUT)).contains("exhaustion").contains("950 of 1,000");
    used = 500;
    pass(Duration.ofMinutes(40));
    assertThat(standing()).isEmpty();
  }

  @Test
  void whatMayNotActOnlySays() {
    watch.bounds(Bounds.defaults().withActs(false));
    forces = new ForceFigures(600 * MS, 700 * MS, 9);
    offset = new ClockOffset(-61_000_000, 2);
    pass(Duration.ofSeconds(5));
    assertThat(standing()).containsExactly(Sign.DISK, Sign.CLOCK);
    for (Act act : Act.values()) {
      assertThat(watch.taken(act)).isZero();
      assertThat(watch.why(act)).isEmpty();
    }
  }

  @Test
  void noSignAsksForWhatIsNotDeclaredWithIt() {
    forces = new ForceFigures(600 * MS, 700 * MS, 9);
    queueDelayNs = 5_000 * MS;
    used = 999;
    pass(Duration.ofSeconds(30));
    assertThat(standing()).containsExactly(Sign.DISK, Sign.QUEUE, Sign.EXHAUSTION);
    assertThat(watch.taken(Act.BROWNOUT)).isEqualTo(3);
    assertThat(watch.taken(Act.LEAD_ELSEWHERE)).isZero();
    assertThat(watch.taken(Act.REFUSE_TO_LEAD)).isZero();
    assertThat(watch.why(Act.LEAD_ELSEWHERE)).isEmpty();
    assertThat(watch.why(Act.REFUSE_TO_LEAD)).isEmpty();
  }
}
