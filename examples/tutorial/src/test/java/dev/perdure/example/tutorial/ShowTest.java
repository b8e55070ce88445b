package dev.perdure.example.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Decision;
import dev.perdure.api.Operation;
import java.time.Instant;
import org.junit.jupiter.api.Test;

// docs: test
class ShowTest {

  private static final Operation OPERATION =
      new Operation("default", "hamlet", "op-1", "anna", Instant.EPOCH, 1);

  @Test
  void sellsWhatIsFreeAndNoMore() {
    Show show = new Show();
    Show.State nearlyFull = show.evolve(show.initial(), new Show.Booked(98));

    assertThat(show.decide(nearlyFull, new Show.Book(2), OPERATION))
        .isEqualTo(Decision.accept(new Show.Booked(2), new Show.State(0)));
    assertThat(show.decide(nearlyFull, new Show.Book(3), OPERATION))
        .isEqualTo(Decision.reject("not-available", "2 seats are free"));
  }
}
// docs: end
