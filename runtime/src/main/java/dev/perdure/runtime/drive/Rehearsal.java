package dev.perdure.runtime.drive;

import dev.perdure.api.StepException;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.History;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.saga.Intent;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.StepName;
import dev.perdure.runtime.saga.StepOutcome;
import dev.perdure.runtime.saga.StepRecord;
import dev.perdure.runtime.saga.StepRecord.State;
import dev.perdure.runtime.saga.UndoRecord;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.SagaModel;
import dev.perdure.runtime.type.TypeRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs code against what is recorded of one saga, changes nothing, and notes what differs. */
public final class Rehearsal {

  private final SagaState recorded;
  private final List<StepName> reached = new ArrayList<>();
  private final List<StepName> unknown = new ArrayList<>();
  private final List<Difference> differences = new ArrayList<>();
  private boolean beyond; // followed behind a step whose result nobody knows yet

  private Rehearsal(SagaState recorded) {
    this.recorded = recorded;
  }

  /** How new code differs from what is recorded. */
  public enum Kind {
    /** A step that is not recorded comes before one that is: it will run. */
    INSERTED,
    /** A recorded step is not reached any more: it is ignored, and still undone if need be. */
    REMOVED,
    /** A recorded step is reached earlier or later: its outcome is taken. */
    REORDERED,
    /** A recorded step is reached with other arguments, or is another kind of step: it parks. */
    CHANGED,
    /** What undoes a recorded step is not there any more: it parks when it is compensated. */
    COMPENSATION_GONE,
    /** The code fails, or cannot be followed behind a step whose result nobody knows yet. */
    FAILED
  }

  /**
   * One difference.
   *
   * @param step empty if it is about none
   */
  public record Difference(Kind kind, String step, String detail) {}

  /**
   * Compares.
   *
   * @param types with the new code
   * @param history the events of the saga's record, all of them
   */
  public static List<Difference> of(
      TypeRegistry types, EntityAddress saga, List<History.Event> history) {
    SagaModel model = types.saga(saga.type());
    if (model == null) {
      return List.of(
          new Difference(Kind.FAILED, "", "there is no saga type '" + saga.type() + "'"));
    }
    SagaState state = folded(model.record(), history);
    if (state.start() == null || state.ended()) {
      return List.of();
    }
    Rehearsal rehearsal = new Rehearsal(state);
    DriveParts parts =
        new DriveParts(
            types,
            new Nowhere(),
            address -> null,
            Clock.system(),
            Entropy.seeded(1),
            Duration.ofDays(1),
            Quota.NONE,
            Outside.unguarded(Clock.system()),
            Set.of());
    SagaDoor door =
        new SagaDoor(
            parts, (query, self) -> new dev.perdure.runtime.Sagas.SagaPage(List.of(), null));
    rehearsal.run(new Drive(parts, door, model, new Drive.Held(saga, state)));
    rehearsal.compensations(types, model);
    return List.copyOf(rehearsal.differences);
  }

  private static SagaState folded(EntityModel model, List<History.Event> history) {
    Object state = model.initial();
    for (History.Event event : history) {
      state =
          model.evolve(
              state,
              model.decode(new StoredEvent(event.type(), event.schemaVersion(), event.json())));
    }
    return (SagaState) state;
  }

  private void run(Drive drive) {
    boolean whole = true;
    try {
      Context.of(drive, this).run();
    } catch (StepException | Aborted e) {
      // Ends by compensating, as it may.
    } catch (Unwind e) {
      whole = e.why() == Unwind.Why.RESOLVED;
    } catch (Throwable e) {
      whole = beyond;
      if (!beyond) {
        failed(e);
      }
    }
    synchronized (this) {
      order();
      if (whole) {
        for (StepRecord step : recorded.steps()) {
          if (!reached.contains(step.step())) {
            note(Kind.REMOVED, step.step(), "is recorded and not reached any more");
          }
        }
      }
    }
  }

  private void failed(Throwable e) {
    StepName last = unknown.isEmpty() ? null : unknown.getLast();
    note(
        Kind.FAILED,
        last,
        last == null
            ? "the code throws an exception: " + Drive.text(e)
            : "cannot be followed further without the result of this step");
  }

  private void order() {
    List<StepName> wanted =
        recorded.steps().stream().map(StepRecord::step).filter(reached::contains).toList();
    for (int i = 0; i < wanted.size(); i++) {
      if (!wanted.get(i).equals(reached.get(i))) {
        note(
            Kind.REORDERED,
            reached.get(i),
            "was number " + (wanted.indexOf(reached.get(i)) + 1) + " and is number " + (i + 1));
      }
    }
  }

  private void note(Kind kind, @Nullable StepName step, String detail) {
    differences.add(new Difference(kind, step == null ? "" : step.toString(), detail));
  }

  /** What the code is to see of a step. */
  synchronized StepRecord reach(@Nullable StepRecord record, StepName step, Intent intent) {
    if (record == null) {
      if (reached.size() == recorded.steps().size()) {
        throw Unwind.of(Unwind.Why.RESOLVED, "");
      }
      unknown.add(step);
      return skipped(step, intent);
    }
    unknown.forEach(one -> note(Kind.INSERTED, one, "will run before '" + step + "'"));
    unknown.clear();
    reached.add(step);
    boolean sameKind = record.intent().kind().equals(intent.kind());
    long print = record.intent().print();
    if (!sameKind || (print != 0 && print != intent.print())) {
      note(
          Kind.CHANGED,
          step,
          sameKind
              ? "has other arguments"
              : "was a " + record.intent().kind() + " and is a " + intent.kind());
      throw Unwind.of(Unwind.Why.LOST, "");
    }
    if (record.state() != State.RUNNING) {
      return record;
    }
    if (reached.size() == recorded.steps().size()) {
      throw Unwind.of(Unwind.Why.RESOLVED, "");
    }
    // What is recorded besides may come behind it now: that is looked for without its result.
    beyond = true;
    return skipped(step, intent);
  }

  private StepRecord skipped(StepName step, Intent intent) {
    StepOutcome nothing = new StepOutcome(State.SKIPPED, null, null, null, 0);
    long at = recorded.started().at();
    return new StepRecord(step, intent, nothing, at, at, null, 0, 0, null);
  }

  private void compensations(TypeRegistry types, SagaModel model) {
    for (StepRecord step : recorded.steps()) {
      UndoRecord undo = step.intent().undo();
      if (undo == null || step.undone() != null) {
        continue;
      }
      EntityModel entity = undo.type() == null ? null : types.stored(undo.type());
      boolean there =
          undo.type() == null
              ? model.compensation(undo.name()) != null
              : entity != null && entity.hasCommand(undo.name());
      if (!there) {
        note(Kind.COMPENSATION_GONE, step.step(), "'" + undo.name() + "' is not there any more");
      }
    }
  }

  /** No entities: what is only looked at asks none. */
  private static final class Nowhere implements Entities {

    private static IllegalStateException asked() {
      return new IllegalStateException("a rehearsal asks no entity");
    }

    @Override
    public Waiting submit(EntityCommand command) {
      throw asked();
    }

    @Override
    public Outcome read(EntityAddress address, CallContext context, boolean stale) {
      throw asked();
    }

    @Override
    public History history(EntityAddress address, long after, int limit) {
      throw asked();
    }

    @Override
    public OperationStatus operation(
        EntityAddress address, String operationId, CallContext context) {
      throw asked();
    }
  }
}
