package dev.perdure.example.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Decision;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import java.time.Instant;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CounterTest {

  private static final Operation OPERATION =
      new Operation("default", "visits", "op-1", "tester", Instant.EPOCH, 1);

  @Test
  void countsAndRefusesWhatIsNotPositive() {
    Counter counter = new Counter();
    Counter.State state = counter.evolve(counter.initial(), new Counter.Added(2));

    assertThat(counter.decide(state, new Counter.Add(3), OPERATION))
        .isEqualTo(Decision.accept(new Counter.Added(3), new Counter.State(5)));
    assertThat(counter.decide(state, new Counter.Add(0), OPERATION))
        .isEqualTo(Decision.reject("not-positive", "by is 0; at least 1 is needed"));
  }

  @Test
  void ledgerIsFoundAsAService() {
    assertThat(ServiceLoader.load(Service.class))
        .singleElement()
        .satisfies(service -> assertThat(service.name()).isEqualTo("ledger"));
  }
}
