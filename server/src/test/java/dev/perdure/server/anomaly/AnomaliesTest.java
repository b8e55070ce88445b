package dev.perdure.server.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.Clock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a node's figures, by simulated days under a seed and a clock that runs ahead. */
class AnomaliesTest {

  /** More false alarms in a day are not borne. */
  private static final int FALSE_ALARMS_MAX = 2;

  /** An anomaly is said within so many samples: half a minute. */
  private static final int WITHIN = 3;

  private static final int LEARNED = 1_000;
  private static final long STEP_NS = 10_000_000_000L;

  private long nowNs;
  private final List<String> written = new ArrayList<>();

  private Anomalies anomalies(Action... actions) {
    Clock clock =
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
    return new Anomalies(
        new Anomalies.Settings(Set.of(actions), Duration.ofSeconds(10), Duration.ofMinutes(2)),
        clock,
        written::add);
  }

  private void look(Anomalies anomalies, Map<Figure, Double> sample) {
    nowNs += STEP_NS;
    anomalies.look(sample);
  }

  private Anomalies learned(Day day, Action... actions) {
    Anomalies anomalies = anomalies(actions);
    for (int i = 0; i < LEARNED; i++) {
      look(anomalies, day.at(i));
    }
    assertThat(anomalies.view().stands()).isFalse();
    return anomalies;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aDayWithoutAnomaliesHasHardlyAFalseAlarm(long seed) {
    Day day = new Day(seed);
    Anomalies anomalies = anomalies();
    for (int i = 0; i < Day.SAMPLES; i++) {
      look(anomalies, day.at(i));
    }
    assertThat(anomalies.view().samples()).isEqualTo(Day.SAMPLES);
    assertThat(anomalies.view().raised()).isLessThanOrEqualTo(FALSE_ALARMS_MAX);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsPlantedIsFoundAndNamedAndGoneAgain(long seed) {
    Figure[] figures = {Figure.FORCE, Figure.COMMANDS, Figure.QUEUE, Figure.REFUSED};
    double[] values = {120, 20, 900, 60};
    for (int at = 0; at < figures.length; at++) {
      Day day = new Day(seed);
      Anomalies anomalies = learned(day);
      long before = anomalies.view().raised();
      int took = 0;
      while (!anomalies.view().stands()) {
        assertThat(took).as(figures[at] + " is found").isLessThan(WITHIN);
        look(anomalies, day.with(day.at(LEARNED + took), figures[at], values[at]));
        took++;
      }
      assertThat(anomalies.view().evidence()).contains("instead of").contains(figures[at].text());
      for (int i = 0; i < 30 && anomalies.view().stands(); i++) {
        look(anomalies, day.at(LEARNED + took + i));
      }
      assertThat(anomalies.view().stands()).isFalse();
      assertThat(anomalies.view().raised()).isEqualTo(before + 1);
    }
  }

  @Test
  void aLevelThatStaysBecomesUsual() {
    Day day = new Day(9);
    Anomalies anomalies = learned(day);
    boolean found = false;
    for (int i = 0; i < 720 && (!found || anomalies.view().stands()); i++) {
      look(anomalies, day.with(day.at(LEARNED + i), Figure.HEAP, 1_500));
      found |= anomalies.view().stands();
    }
    assertThat(found).isTrue();
    assertThat(anomalies.view().stands()).as("within two hours").isFalse();
  }

  @Test
  void saysNothingBeforeThereWereEnoughSamples() {
    Day day = new Day(3);
    Anomalies anomalies = anomalies(Action.BROWNOUT, Action.DIAGNOSTICS);
    for (int i = 0; i < Detector.WARM_UP; i++) {
      Map<Figure, Double> sample = day.at(i);
      look(anomalies, i % 7 == 0 ? day.with(sample, Figure.FORCE, 5_000) : sample);
      assertThat(anomalies.view().stands()).isFalse();
      assertThat(anomalies.view().last().unusual()).isFalse();
    }
    assertThat(written).isEmpty();
  }

  @Test
  void whatWasNotDeclaredIsNeverDone() {
    for (Action declared : Action.values()) {
      written.clear();
      Day day = new Day(5);
      Anomalies anomalies = learned(day, declared);
      trouble(anomalies, day, 40);
      for (Action action : Action.values()) {
        assertThat(anomalies.taken(action)).isEqualTo(action == declared ? 1 : 0);
      }
      assertThat(written).hasSize(declared == Action.DIAGNOSTICS ? 1 : 0);
    }
    written.clear();
    Day day = new Day(5);
    Anomalies none = learned(day);
    trouble(none, day, 40);
    assertThat(none.view().raised()).isEqualTo(1);
    assertThat(none.acting()).isEmpty();
    assertThat(none.brownout()).isEmpty();
    assertThat(written).isEmpty();
    assertThat(Arrays.stream(Action.values()).mapToLong(none::taken).sum()).isZero();
  }

  private void trouble(Anomalies anomalies, Day day, int samples) {
    for (int i = 0; i < samples; i++) {
      Map<Figure, Double> sample = day.with(day.at(LEARNED + i), Figure.FORCE, 400);
      look(anomalies, day.with(sample, Figure.COMMAND_P99, 900));
    }
  }

  @Test
  void whatIsDoneShowsItsEvidenceAndEndsWithTheAnomaly() {
    Day day = new Day(6);
    Anomalies anomalies = learned(day, Action.BROWNOUT, Action.DIAGNOSTICS);
    trouble(anomalies, day, 4);
    assertThat(anomalies.acting()).containsExactly(Action.BROWNOUT);
    assertThat(anomalies.brownout())
        .contains("anomaly score")
        .contains("threshold")
        .contains(Figure.FORCE.text());
    assertThat(written).containsExactly(anomalies.view().evidence());
    for (int i = 0; i < 7; i++) {
      look(anomalies, day.at(LEARNED + 4 + i));
    }
    assertThat(anomalies.view().stands()).isFalse();
    assertThat(anomalies.brownout()).isEmpty();
  }

  @Test
  void whatIsDoneEndsAfterTheLongestTimeForIt() {
    Day day = new Day(7);
    Anomalies anomalies = learned(day, Action.BROWNOUT);
    trouble(anomalies, day, 4);
    assertThat(anomalies.brownout()).isNotEmpty();
    trouble(anomalies, day, 12);
    assertThat(anomalies.view().stands()).isTrue();
    assertThat(anomalies.brownout()).as("two minutes are over").isEmpty();
    trouble(anomalies, day, 4);
    assertThat(anomalies.taken(Action.BROWNOUT)).as("once for one anomaly").isEqualTo(1);
  }

  @Test
  void whatIsDoneEndsInTimeAlsoWhenNoSampleIsTaken() {
    Day day = new Day(7);
    Anomalies anomalies = learned(day, Action.BROWNOUT);
    trouble(anomalies, day, 4);
    assertThat(anomalies.brownout()).isNotEmpty();
    nowNs += Duration.ofMinutes(2).toNanos();
    assertThat(anomalies.brownout()).isEmpty();
    assertThat(anomalies.acting()).isEmpty();
  }

  @Test
  void theSameFiguresGiveTheSameVerdicts() {
    Anomalies one = anomalies();
    Anomalies other = anomalies();
    Day day = new Day(8);
    for (int i = 0; i < 500; i++) {
      Map<Figure, Double> sample = day.at(i);
      one.look(sample);
      other.look(sample);
      assertThat(other.view().last()).isEqualTo(one.view().last());
    }
  }

  @Test
  void keepsTheNewestDiagnostics(@TempDir Path folder) throws Exception {
    Diagnostics diagnostics = new Diagnostics(folder.resolve("d"), () -> nowNs++);
    for (int i = 0; i < 8; i++) {
      diagnostics.accept("evidence " + i);
    }
    try (Stream<Path> files = Files.list(folder.resolve("d"))) {
      List<Path> all = files.sorted().toList();
      assertThat(all).hasSize(5);
      assertThat(Files.readString(all.getLast()))
          .startsWith("evidence 7")
          .contains(Thread.currentThread().getName())
          .contains("keepsTheNewestDiagnostics");
      assertThat(Files.readString(all.getFirst())).startsWith("evidence 3");
    }
  }

  @Test
  void oneCommandInAHundredIsMeasured() {
    Latencies latencies = new Latencies((exchange, ns) -> {});
    assertThat(latencies.p99Ms()).isZero();
    for (int i = 0; i < 990; i++) {
      latencies.took(2_000_000);
    }
    for (int i = 0; i < 10; i++) {
      latencies.took(80_000_000);
    }
    assertThat(latencies.p99Ms()).isBetween(80.0, 100.0);
    for (int i = 0; i < 100; i++) {
      latencies.took(2_000_000);
    }
    assertThat(latencies.p99Ms()).isBetween(2.0, 2.5);
    assertThat(latencies.p99Ms()).as("nothing new").isBetween(2.0, 2.5);
  }
}
