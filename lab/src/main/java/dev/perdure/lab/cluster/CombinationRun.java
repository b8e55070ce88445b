package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.CombinationReport.Counts;
import dev.perdure.lab.cluster.CombinationReport.FaultReport;
import dev.perdure.lab.cluster.CombinationReport.Span;
import dev.perdure.lab.cluster.check.AccountFacts;
import dev.perdure.lab.cluster.check.Check;
import dev.perdure.lab.cluster.check.HistoryChecks;
import dev.perdure.lab.cluster.check.LedgerReader;
import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.load.Gaps;
import dev.perdure.lab.cluster.load.History;
import dev.perdure.lab.cluster.load.Load;
import dev.perdure.lab.cluster.load.LoadSettings;
import dev.perdure.lab.cluster.load.Recorded;
import dev.perdure.lab.cluster.load.Stop;
import dev.perdure.lab.cluster.process.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One combination on a cluster of its own: load with faults, then the questions. */
final class CombinationRun {

  private static final Duration RECOVERY_MAX = Duration.ofSeconds(45);
  private static final int WARM_OPERATIONS = 100;
  private static final int POLL_MS = 10;
  private static final Duration COMPLETE_MAX = Duration.ofMinutes(1);
  private static final Duration LEDGER_MAX = Duration.ofMinutes(2);
  private static final Duration EQUAL_MAX = Duration.ofMinutes(1);

  private final Combination combination;
  private final ProofSettings settings;
  private final Cluster cluster;
  private final History history;
  private final Faults faults;
  private final SplittableRandom random;
  private final Stop stop = new Stop();
  private final List<FaultReport> injected = new ArrayList<>();
  private final List<String> stuck = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();
  private long startNs;
  private long endNs;

  /**
   * A run.
   *
   * @param cluster ready, and with nothing on it
   * @param history empty
   */
  CombinationRun(
      Combination combination, ProofSettings settings, Cluster cluster, History history) {
    this.combination = combination;
    this.settings = settings;
    this.cluster = cluster;
    this.history = history;
    this.random = new SplittableRandom(settings.seed() * 31 + combination.word().hashCode());
    this.faults = new Faults(cluster, random.split());
  }

  CombinationReport run(Path folder) {
    Load load = new Load(LoadSettings.of(settings.seed()), cluster.addresses(), history);
    load.start();
    try {
      warmUp();
      startNs = history.now();
      for (Schedule.Moment moment : Schedule.of(settings.pace(), random)) {
        injectAndHeal(moment);
      }
      waitMs(settings.pace().seconds() * 1000L - sinceStartMs());
    } finally {
      load.stop();
    }
    endNs = history.now();
    List<Recorded> underLoad = history.recorded();
    checks.add(Check.none("after each fault, writes succeed again", "that did not", stuck));
    readyAgain();
    int open = load.open();
    load.complete(COMPLETE_MAX);
    verify();
    return new CombinationReport(
        combination.word(),
        checks.stream().allMatch(Check::held),
        "",
        settings.seed(),
        (int) ((endNs - startNs) / 1_000_000_000),
        Counts.of(history.recorded(), history.attempts(), open),
        Gaps.longestNs(underLoad, startNs, endNs) / 1_000_000,
        withGaps(underLoad),
        checks,
        folder.toString());
  }

  /** A JVM's first requests are slow; what faults do to them would say little. */
  private void warmUp() {
    long untilNs = history.now() + RECOVERY_MAX.toNanos();
    while (history.size() < WARM_OPERATIONS && history.now() < untilNs) {
      waitMs(POLL_MS);
    }
  }

  private void injectAndHeal(Schedule.Moment moment) {
    waitMs(moment.calmMs());
    long atMs = sinceStartMs();
    Faults.Injected fault = faults.inject(combination);
    history.fault(false, fault.what());
    long thereMs = sinceStartMs();
    waitMs(moment.faultMs());
    fault.heal().run();
    history.fault(true, fault.what());
    revive();
    injected.add(new FaultReport(fault.what(), new Span(atMs, thereMs, sinceStartMs()), 0, 0));
    awaitRecovery(fault.what());
    if (settings.pace().apart() && !cluster.awaitBack()) {
      stuck.add(fault.what() + ": not every node had caught up after a minute");
    }
  }

  /** The next fault comes when the last one is over, however slow the machine is. */
  private void awaitRecovery(String fault) {
    long healedNs = history.now();
    while (!history.acknowledgedSince(healedNs)) {
      if (history.now() - healedNs > RECOVERY_MAX.toNanos()) {
        stuck.add(fault + ": none within " + RECOVERY_MAX.toSeconds() + " s");
        return;
      }
      waitMs(POLL_MS);
    }
  }

  /** What a supervisor would do: a node that has ended by itself is started again. */
  private void revive() {
    for (int number : cluster.numbers()) {
      NodeProcess node = cluster.node(number);
      if (!node.alive()) {
        history.fault(true, "n" + number + " had ended by itself and is started again");
        node.start();
      }
    }
  }

  private long sinceStartMs() {
    return (history.now() - startNs) / 1_000_000;
  }

  private void waitMs(long ms) {
    if (ms > 0 && stop.await(ms)) {
      throw new LabException("interrupted");
    }
  }

  private void readyAgain() {
    cluster.network().healAll();
    List<String> not = new ArrayList<>();
    long startMs = sinceStartMs();
    for (int number : cluster.numbers()) {
      try {
        cluster.node(number).awaitReady(Cluster.READY_MAX);
      } catch (LabException e) {
        not.add(e.getMessage());
      }
    }
    Check check = Check.none("with the faults over, every node is ready", "are not", not);
    checks.add(
        check.held()
            ? new Check(check.statement(), true, "after " + (sinceStartMs() - startMs) + " ms")
            : check);
  }

  private void verify() {
    List<Recorded> all = history.recorded();
    checks.add(
        new Check(
            "there was something to lose",
            all.stream().anyMatch(Recorded::acknowledged) && !injected.isEmpty(),
            injected.size() + " faults under load"));
    try (LedgerReader reader = new LedgerReader(cluster.addresses(), LEDGER_MAX)) {
      Map<String, AccountFacts> ledger = reader.read(HistoryChecks.accounts(all));
      checks.addAll(new HistoryChecks(all, ledger).all());
    } catch (LabException e) {
      checks.add(new Check("everything can be read", false, String.valueOf(e.getMessage())));
    }
    checks.add(cluster.watch().replicasEqual(EQUAL_MAX));
  }

  private long ns(long sinceStartMs) {
    return sinceStartMs == Long.MAX_VALUE ? Long.MAX_VALUE : startNs + sinceStartMs * 1_000_000;
  }

  private List<FaultReport> withGaps(List<Recorded> underLoad) {
    List<FaultReport> all = new ArrayList<>();
    for (int i = 0; i < injected.size(); i++) {
      FaultReport one = injected.get(i);
      long nextMs = i + 1 < injected.size() ? injected.get(i + 1).when().atMs() : Long.MAX_VALUE;
      long toNs = Math.min(endNs, ns(nextMs));
      long gapNs = Gaps.longestNs(underLoad, ns(one.when().atMs()), toNs);
      long pauseNs =
          Gaps.aroundNs(underLoad, ns(one.when().atMs()), ns(one.when().thereMs()), toNs);
      all.add(new FaultReport(one.what(), one.when(), pauseNs / 1_000_000, gapNs / 1_000_000));
    }
    return all;
  }
}
