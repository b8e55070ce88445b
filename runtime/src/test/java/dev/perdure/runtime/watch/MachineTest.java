package dev.perdure.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process whose descriptors cannot always be counted, by a clock that a test moves. */
class MachineTest {

  private static final long SECOND_NS = 1_000_000_000L;

  private long nowNs;
  private int counted;
  private boolean fails;

  private final Machine machine = new Machine(new Hand(), this::count);

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

  private Resource count() {
    counted++;
    if (fails) {
      throw new InternalError("planted: the list of descriptors cannot be opened");
    }
    return new Resource("file descriptors", 10, 400);
  }

  private List<Resource> descriptors() {
    return machine.resources(100).stream()
        .filter(one -> one.name().equals("file descriptors"))
        .toList();
  }

  @Test
  void whatCannotBeCountedAnyMoreIsUsedUp() {
    assertThat(descriptors()).containsExactly(new Resource("file descriptors", 10, 400));
    fails = true;
    nowNs += 5 * SECOND_NS;
    assertThat(descriptors()).containsExactly(new Resource("file descriptors", 400, 400));
    fails = false;
    nowNs += 5 * SECOND_NS;
    assertThat(descriptors()).containsExactly(new Resource("file descriptors", 10, 400));
  }

  @Test
  void whatNeverCouldBeCountedIsLeftOut() {
    fails = true;
    assertThat(descriptors()).isEmpty();
    assertThat(machine.resources(100)).hasSize(2);
    assertThat(new Machine(new Hand(), null).resources(100)).hasSize(2);
  }

  @Test
  void countsDescriptorsEveryFiveSeconds() {
    for (int i = 0; i < 10; i++) {
      assertThat(descriptors()).hasSize(1);
      nowNs += SECOND_NS / 2;
    }
    assertThat(counted).isEqualTo(1);
    assertThat(descriptors()).hasSize(1);
    assertThat(counted).isEqualTo(2);
  }

  @Test
  void countsThoseOfThisProcess() {
    assertThat(new Machine(Clock.system()).resources(100))
        .filteredOn(one -> one.name().equals("file descriptors"))
        .allSatisfy(one -> assertThat(one.used()).isBetween(1L, one.max()));
  }
}
