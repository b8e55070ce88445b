package dev.perdure.runtime.mode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.NodeHealth.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How the mode follows what can be seen, by a clock that a test moves. */
class ModesTest {

  private static final long TICK_NS = 200_000_000L;

  private long nowNs = 1_000_000_000_000L;
  private State shard = State.READY;
  private boolean busy;

  private final Clock clock =
      new Clock() {
        @Override
        public long wallMicros() {
          return nowNs / 1000;
        }

        @Override
        public long monotonicNs() {
          return nowNs;
        }
      };

  private final Capability books = Capability.critical("books").needs(Capability.JOURNAL);
  private final Capability hints =
      Capability.optional("hints").degraded(Degraded.disabled("not now"));
  private final Capabilities capabilities = new Capabilities(List.of(books, hints), clock);
  private final Modes modes = modes();

  private Modes modes() {
    Modes made =
        new Modes(
            capabilities,
            new Policies(Map.of(), Set.of()),
            new Modes.Looking(
                clock, new Modes.Damping(Duration.ofMillis(500), Duration.ofSeconds(5))));
    made.see(
        () ->
            new NodeHealth(
                shard == State.READY, true, List.of(new NodeHealth.Shard(0, shard, "so"))));
    made.overloaded(() -> busy);
    return made;
  }

  private void pass(Duration time) {
    long until = nowNs + time.toNanos();
    while (nowNs < until) {
      nowNs += TICK_NS;
      modes.look();
    }
  }

  private Mode mode() {
    return modes.state().mode();
  }

  @Test
  void getsWorseWhenACauseStandsAndBetterWhenItIsLongGone() {
    pass(Duration.ofSeconds(1));
    assertThat(mode()).isEqualTo(Mode.NORMAL);
    shard = State.READ_ONLY;
    pass(Duration.ofMillis(400));
    assertThat(mode()).isEqualTo(Mode.NORMAL);
    pass(Duration.ofMillis(400));
    assertThat(mode()).isEqualTo(Mode.READ_ONLY);
    assertThat(modes.state().why()).contains("nothing can be written").contains("so");
    shard = State.READY;
    pass(Duration.ofSeconds(4));
    assertThat(mode()).isEqualTo(Mode.READ_ONLY);
    pass(Duration.ofSeconds(2));
    assertThat(mode()).isEqualTo(Mode.NORMAL);
  }

  @Test
  void doesNotFlap() {
    for (int i = 0; i < 50; i++) {
      shard = i % 2 == 0 ? State.READ_ONLY : State.READY;
      pass(Duration.ofMillis(400));
      assertThat(mode()).isEqualTo(Mode.NORMAL);
    }
    shard = State.READ_ONLY;
    pass(Duration.ofSeconds(1));
    for (int i = 0; i < 20; i++) {
      shard = i % 2 == 0 ? State.READY : State.READ_ONLY;
      pass(Duration.ofSeconds(2));
      assertThat(mode()).isEqualTo(Mode.READ_ONLY);
    }
  }

  @Test
  void fromOneCauseToAnotherWithoutAPause() {
    busy = true;
    pass(Duration.ofSeconds(1));
    assertThat(mode()).isEqualTo(Mode.BROWNOUT);
    shard = State.READ_ONLY;
    pass(Duration.ofSeconds(1));
    assertThat(mode()).isEqualTo(Mode.READ_ONLY);
    shard = State.READY;
    pass(Duration.ofSeconds(6));
    assertThat(mode()).isEqualTo(Mode.BROWNOUT);
    busy = false;
    pass(Duration.ofSeconds(6));
    assertThat(mode()).isEqualTo(Mode.NORMAL);
  }

  @Test
  void stoppingIsSaidAtOnce() {
    pass(Duration.ofMillis(200));
    shard = State.DRAINING;
    pass(Duration.ofMillis(200));
    assertThat(mode()).isEqualTo(Mode.DRAINING);
  }

  @Test
  void withoutAnyLeaderNothingCanBeWritten() {
    shard = State.NO_LEADER;
    pass(Duration.ofSeconds(9));
    assertThat(mode()).isEqualTo(Mode.NORMAL); // it has only just started
    pass(Duration.ofSeconds(3));
    assertThat(mode()).isEqualTo(Mode.READ_ONLY);
  }

  @Test
  void optionalCapabilitiesGoWhenThereIsTooMuchToDo() {
    busy = true;
    pass(Duration.ofSeconds(1));
    assertThat(capabilities.all())
        .extracting(Capabilities.View::degraded)
        .containsExactly(false, true);
    busy = false;
    pass(Duration.ofSeconds(6));
    assertThat(capabilities.all()).extracting(Capabilities.View::degraded).containsOnly(false);
  }

  @Test
  void capabilitiesThatNeedTheJournalGoWithIt() {
    pass(Duration.ofMillis(200));
    shard = State.READ_ONLY;
    pass(Duration.ofSeconds(1));
    assertThat(capabilities.all())
        .extracting(Capabilities.View::degraded)
        .containsExactly(true, false);
    assertThat(capabilities.all().getFirst().why()).contains("nothing can be written");
  }

  @Test
  void isForcedToSomethingWorseButNeverToSomethingBetter() {
    pass(Duration.ofMillis(200));
    modes.force(Mode.READ_ONLY, "audit", "me");
    assertThat(mode()).isEqualTo(Mode.READ_ONLY);
    assertThat(modes.state().forced()).isTrue();
    assertThat(modes.refusal()).contains("audit").doesNotContain("by me");
    modes.release("done", "me");
    pass(Duration.ofMillis(200));
    assertThat(mode()).isEqualTo(Mode.NORMAL);
    assertThat(modes.refusal()).isNull();
    shard = State.READ_ONLY;
    pass(Duration.ofSeconds(1));
    modes.force(Mode.BROWNOUT, "test", "me");
    pass(Duration.ofSeconds(1));
    assertThat(mode()).isEqualTo(Mode.READ_ONLY);
    assertThat(modes.state().forced()).isFalse();
  }
}
