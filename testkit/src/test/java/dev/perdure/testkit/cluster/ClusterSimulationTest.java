package dev.perdure.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.testkit.bank.BankWorkload;
import org.junit.jupiter.api.Test;

class ClusterSimulationTest {

  @Test
  void keepsEveryPromise() {
    long from = Long.getLong("perdure.first", 1);
    long seeds = Long.getLong("perdure.seeds", 5);
    java.util.Map<ClusterProbe, Long> all = new java.util.EnumMap<>(ClusterProbe.class);
    for (long seed = from; seed < from + seeds; seed++) {
      long t = System.nanoTime();
      ClusterRun.Result r = ClusterRun.of(seed, new BankWorkload(), ClusterRun.Options.DEFAULT);
      System.out.println(seed + " " + (System.nanoTime() - t) / 1000000 + " ms " + r.virtualNs() / 1000000000 + " s " + r.calls() + " calls " + r.effects() + " " + r.violation());
      r.counts().forEach((p, c) -> all.merge(p, c, Long::sum));
      if (r.violation() != null && seeds == 1) {
        r.trace().kept().stream().skip(Math.max(0, r.trace().kept().size() - Integer.getInteger("perdure.lines", 100))).forEach(System.out::println);
      }
    }
    System.out.println(all);
    for (ClusterProbe p : ClusterProbe.values()) if (!all.containsKey(p)) System.out.println("never " + p);
  }
}
