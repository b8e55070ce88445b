package dev.perdure.testkit.check;

import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.saga.Parked;
import dev.perdure.runtime.saga.SagaEvent;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.SagaState.Phase;
import dev.perdure.runtime.saga.StepName;
import dev.perdure.runtime.saga.StepOutcome;
import dev.perdure.runtime.saga.StepRecord;
import dev.perdure.runtime.saga.StepRecord.State;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.SagaModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads in the committed log what became of sagas that others started and waited for, and of what
 * people decided about parked ones.
 */
public final class FamilyCheck {

  private final Consumer<Violation> violations;
  private final TypeRegistry types;
  private final Map<EntityAddress, Course> sagas = new LinkedHashMap<>();

  /** By operation id, when the first of them was committed. */
  private final Map<String, Long> commands = new HashMap<>();

  private long children;
  private long orphans;
  private long neverRan;
  private long decided;

  /** Of a run whose newest code has these types. */
  public FamilyCheck(Consumer<Violation> violations, TypeRegistry types) {
    this.violations = violations;
    this.types = types;
  }

  /**
   * What somebody was told of his decision.
   *
   * @param done false if it was refused
   * @param at the world's order
   */
  public record Told(EntityAddress saga, Wanted wanted, boolean done, long at) {

    /**
     * What he wanted.
     *
     * @param reason no other decision has it
     * @param choice or {@code cancel}
     * @param version of the saga that it is about; null for any
     */
    public record Wanted(String reason, String choice, @Nullable Long version) {}
  }

  /** An event of a saga, and what was before it. */
  private record Step(SagaEvent event, long at, long versionBefore, SagaState before) {}

  private static final class Course {
    private final List<Step> steps = new ArrayList<>();
    private SagaState state;

    Course(SagaState initial) {
      state = initial;
    }

    /** When the first event of a kind was committed; never if there is none. */
    long when(Predicate<SagaEvent> kind) {
      return steps.stream()
          .filter(one -> kind.test(one.event))
          .mapToLong(Step::at)
          .findFirst()
          .orElse(Long.MAX_VALUE);
    }

    List<Step> decisions() {
      return steps.stream().filter(one -> one.event instanceof SagaEvent.Decided).toList();
    }

    /** True if a person said how a step ended. */
    boolean byHand(StepName step) {
      return decisions().stream()
          .anyMatch(
              one -> {
                Parked parked = one.before.parked();
                return parked != null && step.equals(parked.step()) && about(one.event);
              });
    }

    private static boolean about(SagaEvent event) {
      return event instanceof SagaEvent.Decided one
          && (one.choice().equals("skip") || one.choice().equals("provide"));
    }
  }

  /** Compares everything. */
  public void run(List<Effect> log, List<Told> told) {
    log.forEach(this::read);
    sagas.forEach(this::parentOf);
    sagas.forEach(this::childrenOf);
    sagas.forEach(this::decisionsOf);
    told.forEach(this::told);
  }

  private void read(Effect effect) {
    CommandRecord record = effect.record();
    SagaModel model = types.saga(effect.address().type());
    if (model == null) {
      if (record.answer().rejection() == null) {
        commands.putIfAbsent(record.origin().operationId(), effect.committedAt());
      }
      return;
    }
    EntityModel stored = model.record();
    Course course =
        sagas.computeIfAbsent(
            effect.address(), ignored -> new Course((SagaState) stored.initial()));
    for (StoredEvent event : record.events()) {
      SagaEvent read = (SagaEvent) stored.decode(event);
      course.steps.add(new Step(read, effect.committedAt(), record.versionBefore(), course.state));
      course.state = (SagaState) stored.evolve(course.state, read);
    }
  }

  private void report(EntityAddress saga, String detail) {
    violations.accept(new Violation(Checker.SAGAS, saga.toString(), saga + ": " + detail));
  }

  private static EntityAddress named(EntityAddress by, String about) {
    int slash = about.indexOf('/');
    return new EntityAddress(by.tenant(), about.substring(0, slash), about.substring(slash + 1));
  }

  private static @Nullable EntityAddress child(EntityAddress saga, StepRecord step) {
    String about = step.intent().about();
    boolean waits = owns(step) || step.intent().kind().equals("await");
    return waits && about != null ? named(saga, about) : null;
  }

  private static boolean owns(StepRecord step) {
    return step.intent().kind().equals("child");
  }

  // ---- children ----

  /** Whoever was started by a saga is named by one of its steps, which was recorded before. */
  private void parentOf(EntityAddress saga, Course course) {
    SagaState.Start start = course.state.start();
    if (start == null || start.parent() == null) {
      return;
    }
    children++;
    Course parent = sagas.get(named(saga, start.parent()));
    if (parent == null) {
      report(saga, "was started by " + start.parent() + ", which does not exist");
      return;
    }
    String about = saga.type() + "/" + saga.id();
    long intended =
        parent.when(
            event ->
                event instanceof SagaEvent.StepIntended one
                    && one.intent().kind().equals("child")
                    && about.equals(one.intent().about()));
    long started = course.when(SagaEvent.Started.class::isInstance);
    if (intended == Long.MAX_VALUE) {
      report(saga, "was started by " + start.parent() + ", no step of which names it");
    } else if (started <= intended) {
      report(saga, "was started before " + start.parent() + " had recorded that it would be");
    } else if (started > parent.when(SagaEvent.Compensated.class::isInstance)) {
      report(saga, "was started after " + start.parent() + ", which waits for it, had ended");
    }
  }

  private void childrenOf(EntityAddress saga, Course course) {
    for (StepRecord step : course.state.steps()) {
      EntityAddress child = child(saga, step);
      if (child != null && !course.byHand(step.step())) {
        outcome(new Waited(saga, course, step), child);
      }
    }
  }

  /** A step that waits for a saga. */
  private record Waited(EntityAddress saga, Course course, StepRecord step) {
    /** When its outcome was recorded; never if it was not. */
    long ended() {
      return course.when(
          event ->
              event instanceof SagaEvent.StepEnded one
                  && one.step().equals(step.step())
                  && one.outcome().state() != State.RUNNING);
    }
  }

  /** What the saga recorded of its child is what the child had recorded before. */
  private void outcome(Waited waited, EntityAddress address) {
    Course child = sagas.get(address);
    StepOutcome outcome = waited.step.outcome();
    String step = "step '" + waited.step.step() + "'";
    switch (outcome.state()) {
      case DONE, COMPENSATED -> {
        if (child == null || endedAs(child, Phase.COMPLETED) >= waited.ended()) {
          report(waited.saga, step + " took " + address + " as completed, which it was not");
        } else if (!Objects.equals(result(child), outcome.result())) {
          report(
              waited.saga,
              step + " has " + outcome.result() + " of " + address + ", not " + result(child));
        }
      }
      case FAILED -> {
        SagaState.Failure why = child == null ? null : child.state.failure();
        boolean known = child != null && endedAs(child, Phase.COMPENSATED) < waited.ended();
        if (!known || why == null || !why.code().equals(outcome.code())) {
          report(waited.saga, step + " took " + address + " as " + outcome.code() + ", not " + why);
        }
      }
      case REJECTED -> {
        if (owns(waited.step) && child != null) {
          report(waited.saga, step + " found no " + address + ", and it was started");
        }
      }
      default -> {}
    }
    if (waited.course.state.phase() == Phase.COMPENSATED && owns(waited.step)) {
      turnedBack(waited, address, child);
    }
  }

  private static @Nullable String result(Course child) {
    String result = child.state.result();
    return "null".equals(result) ? null : result;
  }

  private static long endedAs(Course course, Phase phase) {
    return course.state.phase() != phase
        ? Long.MAX_VALUE
        : course.when(
            phase == Phase.COMPLETED
                ? SagaEvent.Completed.class::isInstance
                : SagaEvent.Compensated.class::isInstance);
  }

  /** Of a saga that turned back the child had ended, and what a completed one did is undone. */
  private void turnedBack(Waited waited, EntityAddress address, @Nullable Course child) {
    if (child == null) {
      return;
    }
    orphans += waited.step.state() == State.FAILED ? 1 : 0;
    neverRan += endedAs(child, Phase.COMPENSATED) == child.steps.getFirst().at ? 1 : 0;
    long end = waited.course.when(SagaEvent.Compensated.class::isInstance);
    long childsEnd = Math.min(endedAs(child, Phase.COMPLETED), endedAs(child, Phase.COMPENSATED));
    if (childsEnd >= end) {
      report(waited.saga, "was compensated while " + address + ", which it waits for, went on");
    }
    for (StepRecord earlier : waited.course.state.steps()) {
      if (earlier.step().equals(waited.step.step())) {
        break;
      }
      if (undone(waited.saga, earlier) <= childsEnd) {
        report(waited.saga, "undid '" + earlier.step() + "' before " + address + " had ended");
      }
    }
    boolean undone = undone(waited.saga, waited.step) != Long.MAX_VALUE;
    boolean completed = child.state.phase() == Phase.COMPLETED;
    if (waited.step.intent().undo() != null && undone != completed) {
      report(
          waited.saga,
          (completed ? "left standing what " : "took back what was undone by ") + address);
    }
  }

  /** When it was first undone by a command; never if it was not. */
  private long undone(EntityAddress saga, StepRecord step) {
    String undo = "saga:" + saga.type() + "/" + saga.id() + ":undo:" + step.step();
    return commands.entrySet().stream()
        .filter(one -> one.getKey().equals(undo) || one.getKey().startsWith(undo + "~"))
        .mapToLong(Map.Entry::getValue)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  // ---- decisions ----

  /** Each is carried out once, and what it says is so from then on. */
  private void decisionsOf(EntityAddress saga, Course course) {
    Set<String> reasons = new HashSet<>();
    for (Step one : course.decisions()) {
      SagaEvent.Decided made = (SagaEvent.Decided) one.event;
      decided++;
      if (!reasons.add(made.reason())) {
        report(saga, made.reason() + " was carried out twice");
      }
      Parked parked = Objects.requireNonNull(one.before.parked(), "decided about what is parked");
      StepRecord step = parked.step() == null ? null : course.state.step(parked.step());
      boolean holds =
          switch (made.choice()) {
            case "skip" ->
                step != null && (parked.undoing() ? step.undone() : step.state()) == State.SKIPPED;
            case "provide" ->
                step != null
                    && step.state() == State.DONE
                    && Objects.equals(step.outcome().result(), made.result());
            case "compensate" -> course.state.phase() != Phase.COMPLETED;
            default -> true;
          };
      if (!holds) {
        report(saga, made.reason() + " (" + made.choice() + ") was decided and does not hold");
      }
    }
  }

  private void told(Told told) {
    Course course = sagas.get(told.saga);
    if (course == null) {
      if (told.done) {
        report(told.saga, "was decided about, and does not exist");
      }
      return;
    }
    if (told.wanted.choice().equals("cancel")) {
      if (course.when(FamilyCheck::turnsBackOrEnds) >= told.at) {
        report(told.saga, "was said to be given up, which was not recorded then");
      }
      return;
    }
    Step made =
        course.decisions().stream()
            .filter(one -> ((SagaEvent.Decided) one.event).reason().equals(told.wanted.reason()))
            .findFirst()
            .orElse(null);
    String which = told.wanted.reason() + " (" + told.wanted.choice() + ")";
    if (made == null) {
      if (told.done) {
        report(told.saga, which + " was said to be decided, and is not recorded");
      }
    } else if (!told.done) {
      report(told.saga, which + " was said to be refused, and was carried out");
    } else if (made.at >= told.at) {
      report(told.saga, which + " was said to be decided before it was");
    } else if (told.wanted.version() != null && made.versionBefore != told.wanted.version()) {
      report(
          told.saga,
          which + " was about v" + told.wanted.version() + ", and decided v" + made.versionBefore);
    }
  }

  private static boolean turnsBackOrEnds(SagaEvent event) {
    return event instanceof SagaEvent.Failed
        || event instanceof SagaEvent.Completed
        || event instanceof SagaEvent.Compensated
        || (event instanceof SagaEvent.Decided one && one.choice().equals("compensate"));
  }

  /** What there was. */
  public Counts counts() {
    return new Counts(children, orphans, neverRan, decided);
  }

  /**
   * How much there was.
   *
   * @param children started by sagas that wait for them
   * @param turnedBack of those that were compensated under a saga that was
   * @param neverRan of those that were recorded as given up before they were started
   * @param decided by people
   */
  public record Counts(long children, long turnedBack, long neverRan, long decided) {}
}
