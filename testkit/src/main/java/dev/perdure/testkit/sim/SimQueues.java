package dev.perdure.testkit.sim;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Queues;
import dev.perdure.runtime.Queues.Answer;
import dev.perdure.runtime.dispatch.QueueDoor;
import dev.perdure.runtime.queue.QueueMessages;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.testkit.check.QueueCheck;
import dev.perdure.testkit.check.QueueCheck.What;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Senders and workers of the queues of a run. Workers lease at any machine, finish, give back, ask
 * for more time, are late, or are not heard of again. One thread.
 */
final class SimQueues {

  private static final long MS = 1_000_000;
  private static final int WORKERS = 3;
  private static final int TRIES_MAX = 8;

  private final World world;
  private final Supplier<@Nullable Machine> machines;
  private final List<QueueCheck.Told> told = new ArrayList<>();
  private int sent;

  /** A machine that runs, and has queues. */
  interface Machine {
    void start(String name, Runnable body);

    QueueDoor queues();

    CallContext context(long ns);
  }

  /**
   * Nobody yet.
   *
   * @param machines any that runs; null if none does
   */
  SimQueues(World world, Supplier<@Nullable Machine> machines) {
    this.world = world;
    this.machines = machines;
  }

  List<QueueCheck.Told> told() {
    return told;
  }

  /** Begins. */
  void start(String tenant, String queue) {
    send(tenant, queue);
    for (int i = 0; i < WORKERS; i++) {
      work(queue, "w" + i);
    }
  }

  private void told(EntityAddress message, What what, String token) {
    told.add(new QueueCheck.Told(message, what, token, world.tick()));
  }

  /** Has something asked at some machine, again until it says that it is over. */
  private void ask(String what, int tries, BooleanAsked asked) {
    Machine machine = machines.get();
    boolean[] answered = {false};
    if (machine != null) {
      machine.start(what, () -> answered[0] = asked.over(machine));
    }
    if (tries < TRIES_MAX || world.calm()) {
      world.after(
          world.chance().between(300 * MS, 4_000 * MS),
          () -> {
            if (!answered[0]) {
              ask(what, tries + 1, asked);
            }
          });
    }
  }

  private interface BooleanAsked {
    boolean over(Machine machine);
  }

  // ---- senders ----

  private void send(String tenant, String queue) {
    world.after(
        world.chance().delayNs(400 * MS, 2_000 * MS),
        () -> {
          if (!world.calm()) {
            Chance chance = world.chance();
            String key = "m" + (chance.happens(0.1) && sent > 0 ? chance.below(sent) : sent++);
            Queues.Sending message =
                new Queues.Sending(
                    ("\"" + key + "\"").getBytes(StandardCharsets.UTF_8),
                    chance.below(8),
                    Duration.ofMillis(chance.happens(0.3) ? chance.between(1, 3_000) : 0),
                    key);
            ask("sender", 1, machine -> sent(machine, new Queues.To(tenant, queue), message));
            send(tenant, queue);
          }
        });
  }

  private boolean sent(Machine machine, Queues.To to, Queues.Sending message) {
    Answer<Queues.Sent> answer =
        machine.queues().send(to, message, machine.context(world.chance().between(50, 2_000) * MS));
    if (answer instanceof Answer.Got<Queues.Sent> got) {
      Queues.Id id = got.value().id();
      told(QueueMessages.of(id.tenant(), id.queue(), id.id()), What.SENT, "");
      return true;
    }
    return false;
  }

  // ---- workers ----

  private void work(String queue, String name) {
    Machine machine = machines.get();
    int patience = world.chance().below(1_000);
    if (machine != null) {
      machine.start(name, () -> lease(machine, queue, name, patience));
    }
    world.after((patience + world.chance().between(20, 600)) * MS, () -> work(queue, name));
  }

  private void lease(Machine machine, String queue, String name, int patience) {
    Queues.Wanted wanted =
        new Queues.Wanted(
            queue,
            null,
            1 + world.chance().below(4),
            world.chance().happens(0.3) ? Duration.ofMillis(world.chance().between(1, 900)) : null,
            name,
            Duration.ofMillis(patience));
    Answer<List<Queues.Leased>> answer =
        machine.queues().lease(wanted, machine.context((patience + 2_000) * MS));
    if (answer instanceof Answer.Got<List<Queues.Leased>> got) {
      for (Queues.Leased one : got.value()) {
        Queues.Id id = one.message().id();
        EntityAddress message = QueueMessages.of(id.tenant(), id.queue(), id.id());
        told(message, What.LEASED, one.token());
        world.trace(name + " has " + message + " by " + one.token());
        finish(message, new Queues.Held(id, one.token()), name);
      }
    }
  }

  private void finish(EntityAddress message, Queues.Held held, String name) {
    Chance chance = world.chance();
    int what = world.calm() ? 99 : chance.below(100);
    if (what < 12) {
      return; // nothing is heard of it any more
    }
    world.after(
        chance.delayNs(100 * MS, 2_500 * MS),
        () -> {
          if (what < 24) {
            ask(name, 1, machine -> returned(machine, held));
          } else if (what < 34) {
            ask(name, TRIES_MAX, machine -> extended(machine, held));
            finish(message, held, name);
          } else {
            ask(name, 1, machine -> acked(machine, message, held));
          }
        });
  }

  private static boolean returned(Machine machine, Queues.Held held) {
    Queues.Return how = new Queues.Return(null, "simulated", false);
    return over(machine.queues().nack(held, how, machine.context(2_000 * MS)));
  }

  private static boolean extended(Machine machine, Queues.Held held) {
    return over(machine.queues().extend(held, null, machine.context(2_000 * MS)));
  }

  private boolean acked(Machine machine, EntityAddress message, Queues.Held held) {
    Answer<Queues.Message> answer =
        machine
            .queues()
            .ack(held, "\"yes\"".getBytes(StandardCharsets.UTF_8), machine.context(2_000 * MS));
    if (answer instanceof Answer.Got<Queues.Message>) {
      told(message, What.ACKED, held.token());
    }
    return over(answer);
  }

  private static boolean over(Answer<?> answer) {
    return switch (answer) {
      case Answer.Got<?> ignored -> true;
      case Answer.Failed<?> failed -> !failed.problem().passing();
    };
  }
}
