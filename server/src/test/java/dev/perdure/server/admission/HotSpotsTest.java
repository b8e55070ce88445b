package dev.perdure.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HotSpotsTest {

  @Test
  void neverMissesWhatComesOften() {
    Random random = new Random(7);
    HotSpots spots = new HotSpots();
    for (int i = 0; i < 200_000; i++) {
      int kind = random.nextInt(100);
      spots.add(
          kind < 20 ? "often" : kind < 28 ? "sometimes" : "other" + random.nextInt(1_000_000));
    }
    assertThat(spots.hottest())
        .extracting(HotSpots.Spot::name)
        .containsExactly("often", "sometimes");
    assertThat(spots.hottest().getFirst().share()).isBetween(0.18, 0.23);
  }

  @Test
  void forgetsWhatWasHotOnce() {
    HotSpots spots = new HotSpots();
    for (int i = 0; i < 20_000; i++) {
      spots.add("then");
    }
    for (int i = 0; i < 400_000; i++) {
      spots.add("now");
    }
    assertThat(spots.hottest()).extracting(HotSpots.Spot::name).containsExactly("now");
  }

  @Test
  void namesNothingWhereNothingStandsOut() {
    HotSpots spots = new HotSpots();
    for (int i = 0; i < 100_000; i++) {
      spots.add("n" + i % 5_000);
    }
    assertThat(spots.hottest()).isEmpty();
  }
}
