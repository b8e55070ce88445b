package dev.perdure.example.cascade;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One script with all stacks.
 *
 * @param shape who called whom
 * @param fault what befell the last service
 * @param settings what else was asked for
 * @param stacks the figures of each stack
 * @param checks what must hold
 */
record Report(
    Shape shape, Fault fault, Settings settings, List<Figures> stacks, List<Check> checks) {

  /** The most that Perdure's guard may send to the ill service for each call of a client. */
  static final double AMPLIFICATION_MAX = 1.15;

  /** The same where each of many clients has a budget of its own, saved up before the fault. */
  static final double AMPLIFICATION_OF_MANY_MAX = 1.5;

  /** The longest until its goodput is back. */
  static final double RECOVERY_SECONDS_MAX = 10;

  /** Times in seconds, calls a second. */
  record Settings(double calm, double ill, double after, int rate, long seed) {
    static Settings of(Script script) {
      Script.Times times = script.times();
      return new Settings(
          times.calm().toNanos() / 1e9,
          times.ill().toNanos() / 1e9,
          times.after().toNanos() / 1e9,
          script.rate(),
          script.seed());
    }
  }

  static Report of(Script script, List<Figures> stacks) {
    return new Report(
        script.shape(),
        script.fault(),
        Settings.of(script),
        List.copyOf(stacks),
        checks(script, stacks));
  }

  private static List<Check> checks(Script script, List<Figures> stacks) {
    List<Check> checks = new ArrayList<>();
    int planned =
        Load.calls(script)
            - (int) (script.times().warmUp().toNanos() * script.rate() / 1_000_000_000L);
    for (Figures each : stacks) {
      Figures.Calls calls = each.calls();
      checks.add(
          new Check(
              each.stack() + ": every call ended, in one way",
              calls.add() && calls.due() == planned,
              "%d of %d".formatted(calls.due(), planned)));
      if (each.stack().equals(Contender.PERDURE.title())) {
        checks.addAll(guarded(script.shape(), each));
      }
    }
    return List.copyOf(checks);
  }

  private static List<Check> guarded(Shape shape, Figures figures) {
    double most = shape == Shape.SWARM ? AMPLIFICATION_OF_MANY_MAX : AMPLIFICATION_MAX;
    double amplification = figures.reached().amplification();
    Double recovery = figures.recoverySeconds();
    return List.of(
        new Check(
            String.format(
                Locale.ROOT,
                "Perdure: at most %.2f requests to the ill service for each call",
                most),
            amplification <= most,
            String.format(Locale.ROOT, "%.2f", amplification)),
        new Check(
            "Perdure: goodput at least 95 % again within 10 s of the fault's end",
            recovery != null && recovery <= RECOVERY_SECONDS_MAX,
            recovery == null ? "not seen" : String.format(Locale.ROOT, "%.1f s", recovery)));
  }

  /** Did everything hold? */
  boolean held() {
    return checks.stream().allMatch(Check::held);
  }
}
