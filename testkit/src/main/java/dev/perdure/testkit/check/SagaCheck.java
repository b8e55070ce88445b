package dev.perdure.testkit.check;

import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.saga.SagaEvent;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.StepName;
import dev.perdure.runtime.saga.StepRecord;
import dev.perdure.runtime.saga.StepRecord.State;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.SagaModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads in the committed log what became of sagas, and compares it with what happened to entities,
 * outside, and with what clients were told.
 */
public final class SagaCheck {

  private static final long BATCH_OPEN_MICROS = 1_000_000;

  private final Consumer<Violation> violations;
  private final TypeRegistry types;
  private final Map<EntityAddress, Course> sagas = new LinkedHashMap<>();
  private final Map<String, Effect> onEntities = new HashMap<>();
  private final Map<String, Outside> firstOutside = new LinkedHashMap<>();
  private long parked;
  private long completed;
  private long compensated;

  /** Of a run whose newest code has these types. */
  public SagaCheck(Consumer<Violation> violations, TypeRegistry types) {
    this.violations = violations;
    this.types = types;
  }

  /**
   * What somebody was told of a saga.
   *
   * @param at the world's order
   */
  public record Said(EntityAddress saga, SagaView.Status status, long at) {}

  /**
   * Something outside took effect.
   *
   * @param operationId what was handed over
   * @param step the operation id of the step that it is about: another one if it undoes the step
   * @param at the world's order
   */
  public record Outside(String operationId, String step, long at) {
    private String key() {
      return operationId.equals(step) ? step : "undo " + step;
    }
  }

  /** What the log has of one saga; each event with the order of its commit. */
  private static final class Course {
    private final List<SagaEvent> events = new ArrayList<>();
    private final List<Long> committed = new ArrayList<>();
    private SagaState state;

    Course(SagaState initial) {
      state = initial;
    }

    /** When the first event of a kind was committed; never if there is none. */
    long when(Predicate<SagaEvent> kind) {
      for (int i = 0; i < events.size(); i++) {
        if (kind.test(events.get(i))) {
          return committed.get(i);
        }
      }
      return Long.MAX_VALUE;
    }
  }

  /** Compares everything. */
  public void run(List<Effect> log, List<Outside> outside, List<Said> said) {
    log.forEach(this::read);
    outside.forEach(one -> firstOutside.putIfAbsent(one.key(), one));
    sagas.forEach(this::course);
    onEntities.forEach(this::recordedFirst);
    firstOutside.values().forEach(this::recordedFirst);
    said.forEach(this::told);
  }

  private void read(Effect effect) {
    CommandRecord record = effect.record();
    SagaModel model = types.saga(effect.address().type());
    if (model == null) {
      String id = record.origin().operationId();
      if (id.startsWith("saga:") && record.answer().rejection() == null) {
        onEntities.putIfAbsent(id, effect);
      }
      return;
    }
    EntityModel stored = model.record();
    Course course =
        sagas.computeIfAbsent(
            effect.address(), ignored -> new Course((SagaState) stored.initial()));
    for (StoredEvent event : record.events()) {
      SagaEvent read = (SagaEvent) stored.decode(event);
      if (course.state.ended()) {
        report(effect.address(), "had ended, and then there is " + read);
      }
      once(effect.address(), course.state, read);
      notEarly(effect, course.state, read);
      course.events.add(read);
      course.committed.add(effect.committedAt());
      course.state = (SagaState) stored.evolve(course.state, read);
    }
  }

  private void report(EntityAddress saga, String detail) {
    violations.accept(new Violation(Checker.SAGAS, saga.toString(), saga + ": " + detail));
  }

  /** A step is intended once and ends once. */
  private void once(EntityAddress saga, SagaState before, SagaEvent event) {
    if (event instanceof SagaEvent.StepIntended one && before.step(one.step()) != null) {
      report(saga, "step '" + one.step() + "' is intended twice");
    }
    if (event instanceof SagaEvent.StepEnded one) {
      StepRecord step = before.step(one.step());
      if (step == null || step.state() != State.RUNNING) {
        report(
            saga,
            "step '" + one.step() + "' ends " + one.outcome() + ", but is " + step + " already");
      }
    }
  }

  /**
   * Nothing that was to wait until a time ends before it, by the stamps of the shard. A command has
   * the stamp of the batch that it came into, which may have been open for a moment when the time
   * came.
   */
  private void notEarly(Effect effect, SagaState before, SagaEvent event) {
    if (!(event instanceof SagaEvent.StepEnded one)) {
      return;
    }
    StepRecord step = before.step(one.step());
    Long until = step == null ? null : step.intent().until();
    boolean ofTime =
        one.outcome().state() == State.DONE ? kind(step, "sleep") : kind(step, "signal");
    long stamp = effect.record().stamp();
    if (until == null || !ofTime || stamp >= until) {
      return;
    }
    if (one.at() < until || until - stamp > BATCH_OPEN_MICROS) {
      report(
          effect.address(),
          "step '" + one.step() + "' was over " + (until - stamp) + " µs before its time");
    }
  }

  private static boolean kind(@Nullable StepRecord step, String kind) {
    return step != null && step.intent().kind().equals(kind);
  }

  private void course(EntityAddress saga, Course course) {
    SagaState state = course.state;
    if (!state.ended() && state.parked() == null) {
      report(saga, "has not ended, and goes on no more: " + state);
    }
    parked += !state.ended() ? 1 : 0;
    completed += state.phase() == SagaState.Phase.COMPLETED ? 1 : 0;
    compensated += state.phase() == SagaState.Phase.COMPENSATED ? 1 : 0;
    inReverse(saga, course);
    for (StepRecord step : state.steps()) {
      Done done = new Done(saga, course, step);
      if (state.phase() == SagaState.Phase.COMPLETED) {
        completed(done);
      } else if (state.phase() == SagaState.Phase.COMPENSATED) {
        compensated(done);
      }
      if (step.intent().kind().equals("command") && step.state() == State.DONE) {
        commanded(done);
      }
    }
  }

  /** A step, and what happened because of it. */
  private record Done(EntityAddress saga, Course course, StepRecord step) {
    String id() {
      return "saga:" + saga.type() + "/" + saga.id() + ":" + step.step();
    }

    String undoId() {
      return "saga:" + saga.type() + "/" + saga.id() + ":undo:" + step.step();
    }
  }

  private static boolean human(Course course, StepName step) {
    return course.events.stream()
        .anyMatch(
            event -> event instanceof SagaEvent.ParkedNow now && step.equals(now.parked().step()));
  }

  private void commanded(Done done) {
    Effect effect = onEntities.get(done.id());
    if (effect == null) {
      if (!human(done.course, done.step.step())) {
        report(done.saga, "step '" + done.step.step() + "' is done, but its command is nowhere");
      }
      return;
    }
    long ended =
        done.course.when(
            event ->
                event instanceof SagaEvent.StepEnded one
                    && one.step().equals(done.step.step())
                    && one.outcome().state() == State.DONE);
    if (ended < effect.committedAt()) {
      report(done.saga, "step '" + done.step.step() + "' was recorded as done before it was");
    }
  }

  private void completed(Done done) {
    if (done.step.state() == State.RUNNING) {
      report(done.saga, "is completed, and step '" + done.step.step() + "' has no outcome");
    }
    if (undone(done)) {
      report(done.saga, "is completed, and step '" + done.step.step() + "' was undone");
    }
  }

  private boolean undone(Done done) {
    return onEntities.containsKey(done.undoId())
        || onEntities.keySet().stream().anyMatch(id -> id.startsWith(done.undoId() + "~"))
        || firstOutside.containsKey("undo " + done.id());
  }

  private void compensated(Done done) {
    StepRecord step = done.step;
    boolean happened = onEntities.containsKey(done.id()) || firstOutside.containsKey(done.id());
    if (step.intent().undo() == null || human(done.course, step.step()) || ofSaga(step)) {
      return;
    }
    if (happened && !undone(done)) {
      report(done.saga, "is compensated, but step '" + step.step() + "' happened and stands");
    }
    if (happened && step.undone() == null) {
      report(done.saga, "is compensated, but does not say that '" + step.step() + "' is undone");
    }
    boolean unsure = step.intent().undo().unsure();
    if (!happened && !unsure && undone(done)) {
      report(done.saga, "step '" + step.step() + "' never happened, and was undone");
    }
  }

  /** What other sagas did is their own to say: see {@link FamilyCheck}. */
  private static boolean ofSaga(StepRecord step) {
    return kind(step, "child") || kind(step, "start") || kind(step, "await");
  }

  /** Of what was undone, the last came first: by what happened, not only by the record. */
  private void inReverse(EntityAddress saga, Course course) {
    long before = Long.MIN_VALUE;
    StepName later = null;
    for (StepRecord step : course.state.steps().reversed()) {
      Done done = new Done(saga, course, step);
      Long at = undoneAt(done);
      if (at != null && !human(course, step.step())) {
        if (at < before) {
          report(saga, "step '" + step.step() + "' was undone before '" + later + "'");
        }
        before = at;
        later = step.step();
      }
    }
  }

  private @Nullable Long undoneAt(Done done) {
    Effect effect = onEntities.get(done.undoId());
    Outside outside = firstOutside.get("undo " + done.id());
    return effect != null
        ? Long.valueOf(effect.committedAt())
        : outside == null ? null : outside.at;
  }

  // ---- nothing without its record ----

  private void recordedFirst(String operationId, Effect effect) {
    recordedFirst(operationId, effect.address().tenant(), effect.committedAt());
  }

  private void recordedFirst(Outside effect) {
    recordedFirst(effect.operationId, "", effect.at);
  }

  private void recordedFirst(String id, String tenant, long at) {
    String[] parts = id.split(":", 3);
    int slash = parts[1].indexOf('/');
    String type = parts[1].substring(0, slash);
    String name = parts[1].substring(slash + 1);
    boolean undo = parts[2].startsWith("undo:");
    String step = (undo ? parts[2].substring(5) : parts[2]).replaceFirst("~.*", "");
    for (Map.Entry<EntityAddress, Course> one : sagas.entrySet()) {
      EntityAddress saga = one.getKey();
      boolean its = saga.type().equals(type) && saga.id().equals(name);
      if (its && (tenant.isEmpty() || saga.tenant().equals(tenant))) {
        Course course = one.getValue();
        long recorded =
            undo
                ? course.when(SagaCheck::turnsBack)
                : course.when(
                    event ->
                        event instanceof SagaEvent.StepIntended intended
                            && intended.step().toString().equals(step));
        if (recorded >= at) {
          report(
              saga,
              "step '"
                  + step
                  + "' "
                  + (undo ? "was undone" : "happened")
                  + " before the record"
                  + " said that it would");
        }
        return;
      }
    }
    violations.accept(
        new Violation(Checker.SAGAS, id, id + " happened, and there is no record of its saga"));
  }

  private static boolean turnsBack(SagaEvent event) {
    return event instanceof SagaEvent.Failed
        || (event instanceof SagaEvent.Decided one && one.choice().equals("compensate"));
  }

  private void told(Said said) {
    Course course = sagas.get(said.saga);
    long at =
        course == null
            ? Long.MAX_VALUE
            : switch (said.status) {
              case COMPLETED -> course.when(SagaEvent.Completed.class::isInstance);
              case COMPENSATED -> course.when(SagaEvent.Compensated.class::isInstance);
              default -> course.when(SagaEvent.Started.class::isInstance);
            };
    if (at >= said.at) {
      report(said.saga, "was said to be " + said.status + ", which was not recorded then");
    }
  }

  /** How many sagas ended or stand how. */
  public Counts counts() {
    return new Counts(sagas.size(), completed, compensated, parked);
  }

  /** Sagas by how they ended. */
  public record Counts(long all, long completed, long compensated, long parked) {}
}
