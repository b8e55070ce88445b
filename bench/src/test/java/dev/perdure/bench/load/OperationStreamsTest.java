package dev.perdure.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.bench.load.OperationStreams.OperationStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OperationStreamsTest {

  @Test
  void neverRepeatsAnIdOverCallersAndPhases() {
    Set<String> ids = new HashSet<>();
    OperationStreams streams = OperationStreams.seeded(7);
    for (int phase = 0; phase < 3; phase++) {
      for (int caller = 0; caller < 256; caller++) {
        OperationStream stream = streams.of(caller);
        for (int operation = 0; operation < 100; operation++) {
          ids.add(stream.operationId());
        }
      }
      streams = streams.next();
    }
    assertThat(ids).hasSize(3 * 256 * 100);
  }

  @Test
  void writesIdsAsUuids() {
    String id = OperationStreams.seeded(1).of(0).operationId();
    assertThat(UUID.fromString(id)).hasToString(id);
  }

  @Test
  void givesTheSameOperationsForTheSameSeed() {
    OperationStream first = OperationStreams.seeded(3).next().of(5);
    OperationStream second = OperationStreams.seeded(3).next().of(5);
    for (int operation = 0; operation < 100; operation++) {
      assertThat(second.operationId()).isEqualTo(first.operationId());
      assertThat(second.account(10_000)).isEqualTo(first.account(10_000));
      assertThat(second.amountMinor()).isEqualTo(first.amountMinor());
    }
  }

  @Test
  void choosesEveryAccountAboutEquallyOften() {
    int[] chosen = new int[10];
    OperationStream stream = OperationStreams.seeded(1).of(0);
    for (int operation = 0; operation < 10_000; operation++) {
      chosen[stream.account(10)]++;
    }
    assertThat(IntStream.of(chosen)).allMatch(count -> count > 850 && count < 1_150);
  }

  @Test
  void keepsAmountsPositive() {
    OperationStream stream = OperationStreams.seeded(1).of(0);
    for (int operation = 0; operation < 10_000; operation++) {
      assertThat(stream.amountMinor()).isBetween(1L, 100_000L);
    }
  }

  @Test
  void refusesAPhaseWithoutCallers() {
    assertThatThrownBy(() -> new Phase(0, 1, Duration.ofSeconds(1), OperationStreams.seeded(1)))
        .hasMessage("callers is 0; it must be from 1 to 4096");
  }
}
