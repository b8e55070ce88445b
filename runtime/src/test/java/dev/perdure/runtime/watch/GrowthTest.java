package dev.perdure.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class GrowthTest {

  private static final long MINUTE = 60_000_000_000L;
  private static final long MAX = 10_000;

  private final Growth growth = new Growth();

  /** Half an hour, and two samples in every minute of it; what is found at the end. */
  private Reading after(IntToLongFunction used) {
    List<Resource> last = List.of();
    for (int i = 0; i < 60; i++) {
      last = List.of(new Resource("descriptors", used.applyAsLong(i), MAX));
      growth.look(last, i * Growth.SAMPLE_NS);
      growth.look(last, i * Growth.SAMPLE_NS + 1); // too early for another sample
    }
    return growth.leak(last, 30 * MINUTE);
  }

  private static RandomGenerator noise() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(7);
  }

  @Test
  void findsASteadyLeakUnderNoise() {
    RandomGenerator noise = noise();
    Reading found = after(i -> 3_000 + 80L * i + noise.nextInt(400));
    assertThat(found.severity()).isGreaterThan(1);
    assertThat(found.evidence()).contains("descriptors").contains("of 10,000").contains("minute");
  }

  @Test
  void saysNothingOfWhatGoesUpAndDown() {
    RandomGenerator noise = noise();
    assertThat(after(i -> 4_000 + 100L * (i % 20) + noise.nextInt(400)).severity()).isLessThan(1);
  }

  @Test
  void saysNothingOfAFewPeaksOrASlowGrowthOrOfLittle() {
    assertThat(after(i -> i > 56 ? 8_000 : 4_000).severity()).isZero();
    assertThat(new GrowthTest().after(i -> 4_000 + i).severity()).isLessThan(1);
    assertThat(new GrowthTest().after(i -> 100 + 30L * i).severity()).isZero();
  }

  @Test
  void needsSomeMinutes() {
    List<Resource> last = List.of();
    for (int i = 0; i < 19; i++) {
      last = List.of(new Resource("threads", 3_000 + 300L * i, MAX));
      growth.look(last, i * Growth.SAMPLE_NS);
    }
    assertThat(growth.leak(last, 30 * MINUTE).severity()).isZero();
    last = List.of(new Resource("threads", 3_000 + 300L * 19, MAX));
    growth.look(last, 19 * Growth.SAMPLE_NS);
    assertThat(growth.leak(last, 30 * MINUTE).severity()).isGreaterThan(1);
  }

  @Test
  void nearlyAllIsExhaustion() {
    assertThat(Growth.exhaustion(List.of(new Resource("threads", 8_999, MAX))).severity())
        .isLessThan(1);
    Reading full =
        Growth.exhaustion(
            List.of(new Resource("threads", 10, MAX), new Resource("descriptors", 9_000, MAX)));
    assertThat(full.severity()).isEqualTo(1);
    assertThat(full.evidence()).contains("descriptors").contains("9,000 of 10,000");
    assertThat(Growth.exhaustion(List.of(new Resource("memory", 10, 0))).severity())
        .as("a limit that is not known")
        .isZero();
  }
}
