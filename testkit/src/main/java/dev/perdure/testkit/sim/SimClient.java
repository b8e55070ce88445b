package dev.perdure.testkit.sim;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.testkit.check.Call;
import dev.perdure.testkit.check.Checker;
import dev.perdure.testkit.check.HistoryCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client: asks, waits, gives up, repeats under the same operation id, at any machine. It
 * behaves as callers may behave, and now and then as they should not.
 */
public final class SimClient {

  private static final long MS = 1_000_000;
  private static final int TRIES_MAX = 25;
  private static final int REPEATS_AT_THE_END = 4;
  private static final long ANSWER_SLACK_NS = 80 * MS;

  private final Site world;
  private final int id;
  private final List<Open> open = new ArrayList<>();
  private final List<Task> finished = new ArrayList<>();
  private final Map<EntityAddress, Long> versions = new HashMap<>();
  private @Nullable Task current;
  private @Nullable Intent following;
  private int target;
  private long tasks;
  private boolean waiting;

  /** A client that does nothing yet. */
  public SimClient(Site world, int id) {
    this.world = world;
    this.id = id;
    this.target = id % world.doors();
  }

  /** Something the client wants done, whatever it takes. */
  private static final class Task {
    private final Intent intent;
    private final String operationId;
    private final boolean keyed;
    private final Precondition precondition;
    private int tries;
    private boolean repeat;

    Task(Intent intent, String operationId, boolean keyed, Precondition precondition) {
      this.intent = intent;
      this.operationId = operationId;
      this.keyed = keyed;
      this.precondition = precondition;
    }
  }

  /** A call that may still be answered. */
  private record Open(Call call, Task task, Door node, int run, Asked<Answer> asked) {}

  private record Answer(Outcome outcome, byte @Nullable [] state) {}

  /** Nothing is wanted. */
  public boolean idle() {
    return current == null && following == null;
  }

  // ---- what to do ----

  /** Wants something soon. */
  public void begin() {
    pause(world.chance().delayNs(40 * MS, 600 * MS));
  }

  /** Wants one thing more. */
  public void want(Intent intent) {
    following = intent;
    pause(MS);
  }

  private void pause(long ns) {
    if (!waiting) {
      waiting = true;
      world.after(
          ns,
          () -> {
            waiting = false;
            act();
          });
    }
  }

  private void act() {
    Task task = current;
    if (task == null) {
      task = choose();
      if (task == null) {
        if (!world.calm()) {
          begin();
        }
        return;
      }
      current = task;
    }
    attempt(task);
  }

  private @Nullable Task choose() {
    Chance chance = world.chance();
    Intent next = following;
    if (next != null) {
      following = null;
      return fresh(next, true);
    }
    if (world.calm()) {
      return null;
    }
    if (!finished.isEmpty() && chance.happens(0.15)) {
      return again(chance.of(finished), 0.15);
    }
    Intent intent = world.workload().next(chance);
    return fresh(intent, chance.happens(0.85));
  }

  private Task fresh(Intent intent, boolean keyed) {
    Chance chance = world.chance();
    Precondition precondition = Precondition.NONE;
    boolean read = intent.names().isEmpty();
    if (!read && chance.happens(0.1)) {
      precondition =
          chance.happens(0.1)
              ? new Precondition.NoEvents()
              : new Precondition.Version(versions.getOrDefault(intent.address(), 0L));
    }
    String operation = (keyed || read ? "c" : "u") + id + "-" + tasks++;
    return new Task(intent, operation, keyed && !read, precondition);
  }

  /** Repeats something that was answered, or misuses its operation id. */
  private Task again(Task done, double misused) {
    Intent intent = done.intent;
    if (world.chance().happens(misused)) {
      Intent other = world.workload().next(world.chance());
      if (!other.names().isEmpty()) {
        intent = new Intent(done.intent.address(), other.names(), other.body());
      }
    }
    Task task = new Task(intent, done.operationId, true, done.precondition);
    task.repeat = true;
    return task;
  }

  private void attempt(Task task) {
    if (++task.tries > TRIES_MAX + (world.calm() ? 200 : 0)) {
      end(task);
      return;
    }
    Door node = world.door(target);
    if (!node.up()) {
      elsewhere();
      pause(world.chance().delayNs(30 * MS, 400 * MS));
      return;
    }
    long timeoutNs = timeoutNs();
    call(task, node, timeoutNs);
    boolean mayRepeat = task.keyed || task.intent.names().isEmpty();
    if (mayRepeat && world.chance().happens(0.08)) {
      call(
          task,
          world.chance().happens(0.5) ? node : world.door(world.chance().below(world.doors())),
          timeoutNs());
    }
    long patienceNs =
        world.chance().happens(0.2) ? world.chance().between(0, timeoutNs) : timeoutNs + 200 * MS;
    int tries = task.tries;
    world.after(
        patienceNs,
        () -> {
          if (current == task && task.tries == tries) {
            failed(task, true);
          }
        });
  }

  private long timeoutNs() {
    Chance chance = world.chance();
    return chance.happens(0.15) ? chance.between(0, 30 * MS) : chance.between(300 * MS, 3000 * MS);
  }

  private void elsewhere() {
    target = world.chance().below(world.doors());
  }

  // ---- asking ----

  private void call(Task task, Door node, long timeoutNs) {
    if (!node.up()) {
      return;
    }
    Intent intent = task.intent;
    CallContext context = new CallContext("simulated", "", node.clock().monotonicNs() + timeoutNs);
    EntityModel model = node.types().find(intent.address().type());
    if (model == null) {
      return;
    }
    boolean read = intent.names().isEmpty();
    String name = read ? "" : name(intent, model);
    Call.Asks asks =
        new Call.Asks(
            read ? "" : intent.names().getFirst(), intent.body(), task.keyed, task.precondition);
    Call call =
        new Call(
            intent.address(),
            task.operationId,
            asks,
            new Call.When(world.tick(), world.nowNs() + timeoutNs));
    world.called(call);
    world.trace("c" + id + " asks " + node.name() + " " + call);
    Asked<Answer> asked = read ? read(node, call, context) : command(node, call, name, context);
    open.add(new Open(call, task, node, node.incarnation(), asked));
    node.wake();
    poll();
  }

  private String name(Intent intent, EntityModel model) {
    String name = world.chance().of(intent.names());
    if (!model.hasCommand(name)) {
      return intent.names().getFirst();
    }
    if (!name.equals(intent.names().getFirst())) {
      world.probes().hit(Probe.CALLED_BY_ALIAS);
    }
    return name;
  }

  private static Asked<Answer> read(Door node, Call call, CallContext context) {
    Asked<Door.Read> asked = node.read(call.address(), context);
    return () -> {
      Door.Read answer = asked.poll();
      return answer == null ? null : new Answer(answer.answer(), answer.state());
    };
  }

  private Asked<Answer> command(Door node, Call call, String name, CallContext context) {
    EntityModel model = node.types().find(call.address().type());
    if (model == null) {
      throw new IllegalStateException("no type " + call.address().type());
    }
    CommandBody body = model.body(name, call.asks().body().getBytes(StandardCharsets.UTF_8));
    EntityCommand command =
        new EntityCommand(
            call.address(),
            body,
            call.asks().keyed() ? call.operationId() : null,
            call.asks().precondition(),
            context);
    Asked<Outcome> asked = node.ask(command, call.operationId());
    return () -> {
      Outcome outcome = asked.poll();
      return outcome == null ? null : new Answer(outcome, null);
    };
  }

  // ---- answers ----

  /** Looks for answers; called after everything that happens. */
  public void poll() {
    for (int i = 0; i < open.size(); i++) {
      Open one = open.get(i);
      Answer answer = one.node.runs(one.run) || one.call.open() ? one.asked.poll() : null;
      if (answer != null) {
        open.remove(i--);
        one.call.answered(answer.outcome, answer.state, world.tick());
        world.trace(
            "c"
                + id
                + " gets "
                + one.call.operationId()
                + " "
                + HistoryCheck.text(answer.outcome)
                + (answer.state == null
                    ? ""
                    : " " + new String(answer.state, StandardCharsets.UTF_8)));
        answered(one, answer.outcome);
      } else if (!one.node.runs(one.run)) {
        open.remove(i--);
        one.call.lost();
        if (one.task == current) {
          failed(one.task, true);
        }
      } else if (world.nowNs() > one.call.deadlineNs() + ANSWER_SLACK_NS) {
        world.violation(
            Checker.ANSWERED,
            one.call.operationId(),
            one.call + " has no answer long after its deadline");
        return;
      }
    }
  }

  private void answered(Open one, Outcome outcome) {
    Task task = one.task;
    world.judged(one.call, outcome, task.repeat);
    switch (outcome) {
      case Outcome.Done done -> versions.put(task.intent.address(), done.version());
      case Outcome.Rejected no -> versions.put(task.intent.address(), no.version());
      case Outcome.Failed failed -> {
        if (failed.code() == ProblemCode.VERSION_MISMATCH) {
          versions.put(task.intent.address(), failed.version());
        }
      }
    }
    if (task != current) {
      return;
    }
    if (outcome instanceof Outcome.Failed failed && worthRepeating(failed.code())) {
      failed(task, !failed.code().notExecuted());
      return;
    }
    if (task.keyed && !(outcome instanceof Outcome.Failed)) {
      finished.add(task);
      if (!task.repeat && world.chance().happens(0.3)) {
        repeatAtTheEnd(task);
      }
    }
    end(task);
    if (!task.repeat) {
      following = world.workload().then(task.intent, outcome);
    }
    if (following == null && !world.calm() && world.chance().happens(0.25)) {
      following = Intent.read(task.intent.address());
      if (world.aside() || world.chance().happens(0.5)) {
        act();
      }
    }
  }

  /** Asks again about when the reply is forgotten: just before, in the middle of it, just after. */
  private void repeatAtTheEnd(Task done) {
    Chance chance = world.chance();
    long aroundNs = chance.happens(0.5) ? 3 * MS : 40 * MS;
    long endNs = world.retentionMicros() * 1000;
    for (int i = 0; i < REPEATS_AT_THE_END; i++) {
      world.after(
          endNs - aroundNs / 2 + chance.between(-aroundNs, aroundNs),
          () -> {
            if (!world.calm()) {
              call(again(done, 0.3), world.door(target), timeoutNs());
            }
          });
    }
  }

  private static boolean worthRepeating(ProblemCode code) {
    return switch (code) {
      case OVERLOADED,
          NO_LEADER,
          DRAINING,
          READ_ONLY,
          ENTITY_QUARANTINED,
          OPERATION_QUOTA,
          DEADLINE_EXCEEDED,
          OUTCOME_UNKNOWN ->
          true;
      default -> false;
    };
  }

  private void failed(Task task, boolean unknown) {
    if (world.chance().happens(0.7)) {
      elsewhere();
    }
    boolean read = task.intent.names().isEmpty();
    if (!task.keyed && !read && unknown) {
      end(task);
    } else if (world.calm() || !world.chance().happens(0.05)) {
      pause(world.chance().delayNs(60 * MS, 3000 * MS));
    } else {
      end(task);
    }
  }

  private void end(Task task) {
    if (current == task) {
      current = null;
    }
    begin();
  }
}
