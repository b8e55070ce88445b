package dev.perdure.testkit.bank;

import dev.perdure.api.StepRejected;
import dev.perdure.testkit.check.SagaCheck;
import dev.perdure.testkit.sim.Chance;
import dev.perdure.testkit.sim.Probe;
import dev.perdure.testkit.sim.Site;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Something outside that sagas call: it deduplicates by operation id and keeps its word, but it
 * fails before and after it did what was asked, hangs, is slow, and gets what was sent twice.
 */
final class OutsideWorld {

  private static final long MS = 1_000_000;

  /** What it said of an operation id, for ever: true if it is done, false if it never will be. */
  private final Map<String, Boolean> known = new HashMap<>();

  private @Nullable Site site;

  void begins(Site of) {
    site = of;
  }

  /**
   * Does it once, or says that it never will.
   *
   * @param id the operation id
   * @param step the operation id of the step that it is about
   */
  void act(String id, String step, boolean mayRefuse) throws Exception {
    Site world = java.util.Objects.requireNonNull(site);
    Chance chance = world.chance();
    if (world.calm()) {
      done(world, id, step, false);
      return;
    }
    world.pause(chance.delayNs(2 * MS, 400 * MS));
    ifInterrupted();
    switch (chance.below(20)) {
      case 0, 1, 2 -> {
        world.probes().hit(Probe.DEPENDENCY_FAILED);
        throw new IllegalStateException("out of order");
      }
      case 3, 4 -> {
        world.probes().hit(Probe.DEPENDENCY_ANSWER_LOST);
        done(world, id, step, mayRefuse);
        throw new IllegalStateException("the answer was lost");
      }
      case 5 -> {
        world.probes().hit(Probe.DEPENDENCY_HUNG);
        if (chance.happens(0.5)) {
          world.after(chance.between(0, 3000 * MS), () -> late(world, id, step));
        }
        world.pause(3_600_000 * MS);
        throw new IllegalStateException("hung");
      }
      case 6 -> {
        world.probes().hit(Probe.DEPENDENCY_CALLED_TWICE);
        world.after(chance.delayNs(50 * MS, 5000 * MS), () -> late(world, id, step));
        done(world, id, step, mayRefuse);
      }
      default -> done(world, id, step, mayRefuse);
    }
  }

  private static void ifInterrupted() {
    if (Thread.interrupted()) {
      throw new CancellationException("given up");
    }
  }

  /** True if it did what was asked under an operation id, and was not asked to undo it. */
  boolean did(String id) {
    return known.getOrDefault(id, false) && !known.containsKey("undo of " + id);
  }

  private void late(Site world, String id, String step) {
    if (!known.containsKey(id) && !known.containsKey("undo of " + step)) {
      known.put(id, true);
      world.outside(new SagaCheck.Outside(id, step, world.tick()));
    }
  }

  private void done(Site world, String id, String step, boolean mayRefuse) {
    boolean undo = !id.equals(step);
    if (undo) {
      // From now on the step itself is not done any more, should it still come.
      known.put("undo of " + step, true);
    }
    Boolean before = known.get(id);
    if (before == null) {
      boolean overtaken = !undo && known.containsKey("undo of " + step);
      before = !overtaken && !(mayRefuse && world.chance().happens(0.06));
      known.put(id, before);
      if (before) {
        world.outside(new SagaCheck.Outside(id, step, world.tick()));
      }
    }
    if (!before) {
      throw new StepRejected("refused", "never");
    }
  }
}
