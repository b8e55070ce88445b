package dev.perdure.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.apply.AppliedEntry;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is measured is what it says. */
class CommandBenchmarkTest {

  @Test
  void everyStepDoesItsWork() throws Exception {
    CommandSteps steps = new CommandSteps();
    assertThat(steps.read().invalid()).isNull();
    CommandSteps.Decided decided = steps.decide();
    assertThat(decided.events()).hasSize(1);
    assertThat(new String(decided.reply(), StandardCharsets.UTF_8)).isEqualTo("{\"balance\":250}");

    CommandBenchmark benchmark = new CommandBenchmark();
    CommandBenchmark.Stored stored = new CommandBenchmark.Stored();
    try {
      for (int i = 1; i <= 3; i++) {
        stored.next();
        AppliedEntry applied = benchmark.apply(stored);
        assertThat(applied).isNotNull();
        assertThat(applied.operations()).isEqualTo(64);
        assertThat(applied.nextOffset()).isEqualTo(64L * i);
      }
    } finally {
      stored.close();
    }
  }
}
