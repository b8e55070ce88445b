package dev.perdure.example.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sums over runs that were made up: no sockets, no clock. */
class FiguresTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int RATE = 10;

  static Script script(int after) {
    return new Script(
        Shape.CHAIN,
        Fault.HANG,
        new Script.Times(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(after)),
        RATE,
        1);
  }

  /**
   * Ten calls a second from the warm-up on; none is answered well from second 2 to {@code back}.
   */
  static Run run(Contender contender, int after, double back, int arrivalsInABin) {
    List<Shot> shots = new ArrayList<>();
    for (int i = -RATE; i < (6 + after) * RATE; i++) {
      double second = i / (double) RATE;
      boolean bad = second >= 2 && second < back;
      shots.add(
          new Shot(
              i * SECOND_NS / RATE,
              bad ? SECOND_NS : 10_000_000,
              bad ? Shot.Outcome.FAILED : Shot.Outcome.WHOLE));
    }
    int[] arrivals = new int[(6 + after) * Timeline.PER_SECOND];
    Arrays.fill(arrivals, 5);
    Arrays.fill(arrivals, 4, 12, arrivalsInABin);
    Map<String, Service.Counts> counts = Map.of("e", new Service.Counts(99, 80, 7, 12, 40));
    return new Run(contender, script(after), shots, arrivals, counts);
  }

  @Test
  void goodputIsOfTheCallsThatWereDueThen() {
    Figures figures = Figures.of(run(Contender.PERDURE, 10, 8, 5));
    assertThat(figures.goodput()).isEqualTo(new Figures.Goodput(10, 0, 8));
    assertThat(figures.calls()).isEqualTo(new Figures.Calls(160, 100, 0, 60, 0, 0));
    assertThat(figures.curves().goodput()).hasSize(32).startsWith(10, 10, 10, 10, 0, 0);
    assertThat(figures.latency()).isEqualTo(new Figures.Latency(10, 1_000, 1_000));
  }

  @Test
  void loadIsCountedForEachCallOfAClient() {
    Figures figures = Figures.of(run(Contender.PERDURE, 10, 8, 15));
    assertThat(figures.reached()).isEqualTo(new Figures.Reached(3, 3, 12, 7));
    assertThat(Figures.of(run(Contender.PERDURE, 10, 8, 0)).reached().amplification()).isZero();
  }

  @Test
  void recoveryIsSeenWhenTwoSecondsAreGoodAgain() {
    assertThat(Figures.of(run(Contender.PERDURE, 10, 6, 5)).recoverySeconds()).isZero();
    assertThat(Figures.of(run(Contender.PERDURE, 10, 8.5, 5)).recoverySeconds()).isEqualTo(2.5);
    assertThat(Figures.of(run(Contender.PERDURE, 10, 15, 5)).recoverySeconds()).isNull();
  }

  @Test
  void checksJudgePerdureAlone() {
    List<Figures> figures =
        List.of(
            Figures.of(run(Contender.NO_GUARD, 14, 99, 500)),
            Figures.of(run(Contender.RESILIENCE4J, 14, 99, 50)),
            Figures.of(run(Contender.PERDURE, 14, 16, 5)));
    assertThat(Report.of(script(14), figures).held()).isTrue();
  }

  @Test
  void checksFailWhenTooMuchIsSentOrItTakesTooLong() {
    assertThat(broken(run(Contender.PERDURE, 14, 16, 6)))
        .containsExactly("Perdure: at most 1.15 requests to the ill service for each call");
    assertThat(broken(run(Contender.PERDURE, 14, 17, 5)))
        .containsExactly("Perdure: goodput at least 95 % again within 10 s of the fault's end");
  }

  @Test
  void callThatIsMissingIsNoticed() {
    Run run = run(Contender.RESILIENCE4J, 14, 6, 5);
    Run less =
        new Run(
            run.contender(),
            run.script(),
            run.shots().subList(0, run.shots().size() - 1),
            run.arrivals(),
            run.services());
    assertThat(broken(less)).containsExactly("Resilience4j: every call ended, in one way");
  }

  @Test
  void manyClientsMayHaveSavedUpMore() {
    Script chain = script(14);
    Script swarm = new Script(Shape.SWARM, chain.fault(), chain.times(), RATE, 1);
    Run run = run(Contender.PERDURE, 14, 16, 7);
    assertThat(broken(new Run(run.contender(), swarm, run.shots(), run.arrivals(), run.services())))
        .isEmpty();
    assertThat(broken(run)).hasSize(1);
  }

  private static List<String> broken(Run run) {
    return Report.of(run.script(), List.of(Figures.of(run))).checks().stream()
        .filter(check -> !check.held())
        .map(Check::statement)
        .toList();
  }
}
