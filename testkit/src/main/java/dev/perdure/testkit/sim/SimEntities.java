package dev.perdure.testkit.sim;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.History;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.testkit.check.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The door to all entities as code on one simulated machine has it: what this machine does not lead
 * goes over the network, where it is lost, comes late, or comes twice.
 */
final class SimEntities implements Entities {

  private static final long MS = 1_000_000;

  private final World world;
  private final SimNode here;

  SimEntities(World world, SimNode here) {
    this.world = world;
    this.here = here;
  }

  private static Outcome.Failed nobody() {
    return Outcome.Failed.retry(ProblemCode.NO_LEADER, "nobody is known to lead", 100);
  }

  /** The machine to ask: this one, unless it knows of another that leads. */
  private SimNode leader() {
    int leader = world.group().leader();
    boolean mine = here.shard().leads() || leader < 0 || here.cutOff();
    return mine ? here : world.node(leader);
  }

  @Override
  public Waiting submit(EntityCommand command) {
    String given = command.operationId();
    String id = given == null ? "assigned-" + Long.toHexString(world.chance().bits()) : given;
    SimNode to = leader();
    long left = Math.max(0, command.context().deadlineNs() - here.clock().monotonicNs());
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    Call call = noted(command, id, left);
    if (to == here) {
      pass(to, command, id, answer);
    } else {
      send(to, new Message(command, id, left), answer);
    }
    return () -> {
      Outcome outcome = answer.join();
      if (call != null) {
        call.answered(outcome, null, world.tick());
      }
      return outcome;
    };
  }

  private record Message(EntityCommand command, String id, long leftNs) {}

  private void send(SimNode to, Message message, CompletableFuture<Outcome> answer) {
    Chance chance = world.chance();
    world.after(
        message.leftNs + 100 * MS,
        () ->
            answer.complete(
                Outcome.Failed.of(ProblemCode.OUTCOME_UNKNOWN, "no answer came in time")));
    if (!chance.happens(0.03)) {
      world.after(chance.delayNs(MS, 50 * MS), () -> arrive(to, message, answer));
    }
    if (chance.happens(0.05)) {
      world.after(chance.delayNs(20 * MS, 5000 * MS), () -> arrive(to, message, answer));
    }
  }

  private void arrive(SimNode to, Message message, CompletableFuture<Outcome> answer) {
    if (!to.up() || to.cutOff()) {
      return;
    }
    EntityCommand asked = message.command;
    CallContext from = asked.context();
    EntityModel model = to.types().stored(asked.address().type());
    if (model == null) {
      answer.complete(nobody());
      return;
    }
    long deadlineNs = to.clock().monotonicNs() + message.leftNs;
    EntityCommand there =
        new EntityCommand(
            asked.address(),
            model.body(asked.body().command(), asked.body().json()),
            asked.operationId(),
            asked.precondition(),
            new CallContext(from.principal(), from.trace(), deadlineNs));
    CompletableFuture<Outcome> back = new CompletableFuture<>();
    var _ =
        back.thenAccept(
            outcome ->
                world.after(world.chance().delayNs(MS, 50 * MS), () -> answer.complete(outcome)));
    pass(to, there, message.id, back);
    to.wake();
  }

  private static void pass(
      SimNode to, EntityCommand command, String id, CompletableFuture<Outcome> answer) {
    to.shard().submit(command, id).then(answer::complete);
  }

  /** What is done to an author's entity is checked like what clients do to it. */
  private @Nullable Call noted(EntityCommand command, String id, long leftNs) {
    if (here.types().find(command.address().type()) == null) {
      return null;
    }
    Call.Asks asks =
        new Call.Asks(
            command.body().command(),
            new String(command.body().json(), StandardCharsets.UTF_8),
            command.operationId() != null,
            command.precondition());
    Call call =
        new Call(command.address(), id, asks, new Call.When(world.tick(), world.nowNs() + leftNs));
    world.called(call);
    world.trace(here.name() + " has code ask " + call);
    return call;
  }

  @Override
  public Outcome read(EntityAddress address, CallContext context, boolean stale) {
    SimNode to = leader();
    EntityModel model = here.types().stored(address.type());
    if (model == null || !to.up()) {
      return nobody();
    }
    long left = Math.max(0, context.deadlineNs() - here.clock().monotonicNs());
    CallContext there =
        new CallContext(context.principal(), context.trace(), to.clock().monotonicNs() + left);
    if (to == here) {
      return outcome(to.shard().read(address, there), model);
    }
    // Asked now and then, so that a machine that stops leaves nobody waiting.
    var asked = to.shard().ask(address, there);
    int run = to.incarnation();
    long endNs = world.nowNs() + left + 100 * MS;
    to.wake();
    // Nor does one that is interrupted wait: for it no time would pass.
    while (to.runs(run) && world.nowNs() < endNs && !Thread.currentThread().isInterrupted()) {
      Shard.StateAnswer answer = asked.poll();
      if (answer != null) {
        return outcome(answer, model);
      }
      here.clock().parkNanos(5 * MS);
    }
    return nobody();
  }

  private static Outcome outcome(Shard.StateAnswer read, EntityModel model) {
    Object state = read.state();
    return read.answer() instanceof Outcome.Done done && state != null
        ? new Outcome.Done(done.version(), model.encodeState(state), false)
        : read.answer();
  }

  @Override
  public History history(EntityAddress address, long after, int limit) {
    if (leader() != here) {
      return new History.Failed(nobody()); // who asks leads its shard, or did
    }
    CallContext context = new CallContext("", "", here.clock().monotonicNs() + 5_000 * MS);
    if (here.shard().barrier(address, context) instanceof Outcome.Failed failed) {
      return new History.Failed(failed);
    }
    List<History.Event> events = new ArrayList<>();
    try (StateStore.Scan rows =
        here.shard().store().scan(Keys.record(address, 0), Keys.recordsEnd(address))) {
      for (; rows.valid(); rows.next()) {
        add(events, CommandRecord.read(rows.value()), Keys.offsetOf(rows.key()));
      }
    }
    List<History.Event> wanted =
        events.stream().filter(one -> one.version() > after).limit(limit).toList();
    return new History.Page(wanted, false);
  }

  private static void add(List<History.Event> events, CommandRecord record, long offset) {
    CommandRecord.Origin origin = record.origin();
    long version = record.versionBefore();
    for (StoredEvent event : record.events()) {
      version++;
      events.add(
          new History.Event(
              event.name(),
              event.schemaVersion(),
              version,
              offset,
              record.stamp(),
              origin.operationId(),
              origin.principal(),
              origin.cause(),
              origin.trace(),
              event.json()));
    }
  }

  @Override
  public OperationStatus operation(EntityAddress address, String operationId, CallContext context) {
    SimNode to = leader();
    // Only where it is known: whoever asks elsewhere is told to ask again.
    return to == here
        ? here.shard().operation(address, operationId, context)
        : new OperationStatus.Failed(nobody());
  }
}
