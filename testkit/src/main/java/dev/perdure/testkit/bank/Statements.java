package dev.perdure.testkit.bank;

import dev.perdure.api.Delivery;
import dev.perdure.api.Named;
import dev.perdure.api.Retry;
import dev.perdure.api.Subscription;
import dev.perdure.api.SubscriptionOptions;
import dev.perdure.api.Undeliverable;
import dev.perdure.testkit.check.Handed;
import dev.perdure.testkit.sim.Chance;
import dev.perdure.testkit.sim.Probe;
import dev.perdure.testkit.sim.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Writes statements of what happens to accounts, and takes note of all that it is given. It is
 * slow, fails, and hangs; some events it cannot write, others it never will, until people mend it.
 */
@Named("statements")
final class Statements implements Subscription<FirstAccount.Event> {

  private static final long MS = 1_000_000;

  private final List<Handed> all = new ArrayList<>();
  private @Nullable Site site;

  void begins(Site of) {
    site = of;
  }

  List<Handed> all() {
    return all;
  }

  @Override
  public String entity() {
    return "account";
  }

  @Override
  public SubscriptionOptions options() {
    return SubscriptionOptions.defaults()
        .withBatch(5)
        .withRetry(new Retry(3, Duration.ofMillis(30), 2, Duration.ofMillis(300)))
        .withTimeout(Duration.ofMillis(800));
  }

  @Override
  public void handle(List<Delivery<FirstAccount.Event>> batch) throws Exception {
    Site world = Objects.requireNonNull(site);
    Handed handed = new Handed(Thread.currentThread().threadId(), batch, world.tick());
    all.add(handed);
    for (Delivery<?> one : batch) {
      world.trace("statement of " + one.tenant() + "/" + one.id() + ", attempt " + one.attempt());
    }
    try {
      write(world, batch);
      handed.done(world.tick());
    } catch (Exception e) {
      handed.failed(world.tick(), e instanceof Undeliverable);
      world.trace("statement of " + batch.getFirst().id() + " failed: " + e.getMessage());
      throw e;
    }
  }

  private static void write(Site world, List<Delivery<FirstAccount.Event>> batch) throws Exception {
    if (world.calm()) {
      return;
    }
    Chance chance = world.chance();
    pause(world, chance.delayNs(2 * MS, 300 * MS));
    switch (chance.below(20)) {
      case 0, 1 -> {
        world.probes().hit(Probe.DEPENDENCY_FAILED);
        throw new IllegalStateException("out of paper");
      }
      case 2 -> {
        world.probes().hit(Probe.DEPENDENCY_HUNG);
        pause(world, 3_600_000 * MS);
        throw new IllegalStateException("hung");
      }
      default -> {
        // as it should be
      }
    }
    for (Delivery<?> one : batch) {
      if (one.version() % 11 == 5) {
        throw new IllegalStateException("cannot write this one");
      }
      if (one.version() % 23 == 7) {
        throw new Undeliverable("nobody can write this one");
      }
    }
  }

  private static void pause(Site world, long ns) {
    world.pause(ns);
    if (Thread.interrupted()) {
      throw new CancellationException("given up");
    }
  }
}
