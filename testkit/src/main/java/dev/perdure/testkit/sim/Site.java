package dev.perdure.testkit.sim;

import dev.perdure.runtime.Outcome;
import dev.perdure.testkit.check.Call;
import dev.perdure.testkit.check.Checker;
import dev.perdure.testkit.check.SagaCheck;

/** The world as its clients see it: time, chance, doors, and who takes note of what they do. */
public interface Site {

  Chance chance();

  long nowNs();

  void after(long delayNs, Runnable action);

  /** Has the simulated thread that calls wait so long, or until it is interrupted. */
  void pause(long ns);

  /** The next number of an order over all that clients and the logs can see. */
  long tick();

  void trace(String what);

  Probes probes();

  Workload workload();

  /** No new work begins. */
  boolean calm();

  /** True while clients act in the middle of a shard's step. */
  boolean aside();

  /** How long replies are kept. */
  long retentionMicros();

  /** How many machines can be asked. */
  int doors();

  Door door(int number);

  /** Somebody asks. */
  void called(Call call);

  /** Somebody was answered. */
  void judged(Call call, Outcome outcome, boolean repeat);

  /** Something outside took effect, which a saga's code asked for. */
  void outside(SagaCheck.Outside effect);

  void violation(Checker checker, String about, String detail);
}
