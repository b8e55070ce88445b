package dev.perdure.example.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The laboratory in small: a few seconds for each stack, twenty calls a second. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LaboratoryTest {
  private static final int RATE = 20;
  private static final Script SCRIPT =
      new Script(
          Shape.CHAIN,
          Fault.HANG,
          new Script.Times(
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              Duration.ofSeconds(3),
              Duration.ofSeconds(1)),
          RATE,
          7);

  private final Map<Contender, Run> runs = new EnumMap<>(Contender.class);

  @BeforeAll
  void runAll() throws IOException {
    for (Contender contender : Contender.values()) {
      runs.put(contender, new Laboratory(SCRIPT).run(contender));
    }
  }

  @Test
  void everyCallOfAClientEndsOnceAndIsAtThePlannedMoment() {
    List<Long> planned = due(Contender.NO_GUARD);
    assertThat(planned).hasSize(6 * RATE).hasSize(Load.calls(SCRIPT)).doesNotHaveDuplicates();
    for (Contender contender : Contender.values()) {
      assertThat(due(contender)).as(contender.title()).isEqualTo(planned);
      Figures.Calls calls = Figures.of(run(contender)).calls();
      assertThat(calls.add()).isTrue();
      assertThat(calls.due()).isEqualTo(5 * RATE);
    }
  }

  private Run run(Contender contender) {
    return runs.get(contender);
  }

  private List<Long> due(Contender contender) {
    return run(contender).shots().stream().map(Shot::dueNs).sorted().toList();
  }

  @Test
  void onlyTheLastServiceFallsIll() {
    for (Run run : runs.values()) {
      run.services()
          .forEach(
              (name, counts) -> {
                if (name.equals(Shape.PATIENT)) {
                  assertThat(counts.harmed()).as(name).isPositive();
                } else {
                  assertThat(counts.harmed()).as(name).isZero();
                }
              });
    }
  }

  @Test
  void doorSeesEachCallThatWasSentOnce() {
    for (Run run : runs.values()) {
      long sent =
          run.shots().stream().filter(shot -> shot.outcome() != Shot.Outcome.UNSENT).count();
      assertThat(run.services().get(Shape.CHAIN.door()).arrived()).isEqualTo(sent);
    }
  }

  @Test
  void guardSendsLessToTheOneThatHangsThanALoopOfAttempts() {
    double guarded = Figures.of(run(Contender.PERDURE)).reached().amplification();
    double unguarded = Figures.of(run(Contender.NO_GUARD)).reached().amplification();
    assertThat(unguarded).isGreaterThan(1.5);
    assertThat(guarded).isLessThan(unguarded);
    assertThat(arrived(run(Contender.PERDURE)))
        .isLessThanOrEqualTo((long) (6 * RATE * Report.AMPLIFICATION_MAX));
  }

  @Test
  void inASwarmNoBreakerOpensAndOnlyTheBudgetBoundsWhatIsSent() throws IOException {
    Script swarm = new Script(Shape.SWARM, Fault.HANG, SCRIPT.times(), RATE, 7);
    Run guarded = new Laboratory(swarm).run(Contender.PERDURE);
    Run others = new Laboratory(swarm).run(Contender.RESILIENCE4J);
    assertThat(guarded.shots()).hasSize(6 * RATE);
    assertThat(others.shots()).hasSize(6 * RATE);
    // No client has made the ten calls that pay for a repeat.
    assertThat(arrived(guarded)).isLessThanOrEqualTo(6 * RATE);
    assertThat(arrived(others)).isGreaterThan(6 * RATE + RATE);
  }

  private static long arrived(Run run) {
    return run.services().get(Shape.PATIENT).arrived();
  }

  @Test
  void reportChecksThatAllIsAccountedFor() {
    List<Figures> figures = runs.values().stream().map(Figures::of).toList();
    List<Check> checks = Report.of(SCRIPT, figures).checks();
    assertThat(checks).hasSize(5);
    assertThat(checks.stream().filter(check -> check.statement().contains("every call")))
        .hasSize(3)
        .allMatch(Check::held);
  }
}
