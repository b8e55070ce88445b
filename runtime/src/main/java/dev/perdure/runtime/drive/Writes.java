package dev.perdure.runtime.drive;

import dev.perdure.api.Decision;
import dev.perdure.api.Operation;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.Intent;
import dev.perdure.runtime.saga.Parked;
import dev.perdure.runtime.saga.SagaCommand;
import dev.perdure.runtime.saga.SagaEntity;
import dev.perdure.runtime.saga.SagaEvent;
import dev.perdure.runtime.saga.SagaLimits;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.StepName;
import dev.perdure.runtime.saga.StepOutcome;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.CommandBody;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A drive's view of the saga's record: as recorded, and what is to be recorded next. One command is
 * on its way at a time; whoever comes meanwhile shares the next one. Thread-safe.
 */
final class Writes {

  private static final SagaEntity ENTITY = new SagaEntity(SagaLimits.defaults());
  private static final byte[] NOTHING = {};
  private static final long WRITE_NS = 10_000_000_000L;
  private static final long PAUSE_NS = 20_000_000;
  private static final int REFUSALS_MAX = 500;

  private final DriveParts parts;
  private final EntityAddress saga;
  private final String driver;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private final List<SagaCommand.Ended> ended = new ArrayList<>(1);
  private final List<SagaCommand.Undone> undone = new ArrayList<>(1);
  private final List<SagaCommand.Intended> intended = new ArrayList<>(1);
  private SagaCommand.@Nullable Failed failed;
  private @Nullable Long until;
  private SagaCommand.@Nullable Last last;
  private @Nullable Beginning beginning;
  private volatile SagaState state = ENTITY.initial();
  private final CompletableFuture<Begun> begun = new CompletableFuture<>();
  private volatile long version;
  private volatile long seen;
  private volatile long progressNs;
  private boolean writing;
  private long asked;
  private long done;
  private @Nullable Unwind broken;

  /**
   * What a saga that is not recorded yet begins with.
   *
   * @param start without what its driver did
   */
  record Beginning(SagaCommand.Start start, String principal) {}

  /**
   * Of a saga.
   *
   * @param driver the name of this drive; no other has it
   * @param beginning null if it is recorded
   */
  Writes(DriveParts parts, EntityAddress saga, String driver, @Nullable Beginning beginning) {
    this.parts = parts;
    this.saga = saga;
    this.driver = driver;
    this.beginning = beginning;
    this.progressNs = parts.nowNs();
    if (beginning != null) {
      state = begun(beginning);
    }
  }

  /** Of a record that stays as it is. */
  Writes(DriveParts parts, EntityAddress saga, SagaState held) {
    this(parts, saga, "", (Beginning) null);
    this.state = held;
    close("nothing is recorded");
  }

  /** As it will be recorded, so that its code can run before. */
  private SagaState begun(Beginning with) {
    return next(with.start, with.principal, parts.nowMicros(saga));
  }

  /** Whether it was recorded that the saga began. */
  sealed interface Begun {
    /** It was. */
    record Yes(long version, SagaState state) implements Begun {}

    /** It had been before. */
    record Existing() implements Begun {}

    /** It could not be. */
    record No(Outcome.Failed problem) implements Begun {}
  }

  /** Waits until the beginning is recorded, or cannot be. */
  Begun awaitBegun(long deadlineNs) {
    Begun known = parts.clock().await(begun, deadlineNs - parts.nowNs());
    return known == null
        ? unknown("the deadline passed while the beginning was being recorded")
        : known;
  }

  private static Begun unknown(String detail) {
    return new Begun.No(Outcome.Failed.of(ProblemCode.OUTCOME_UNKNOWN, detail));
  }

  /** Nobody waits for its beginning any more. */
  void notBegun(String detail) {
    if (beginning != null) {
      begun.complete(unknown(detail));
    }
  }

  /** The input, canonical JSON. */
  String input() {
    return state.started().input();
  }

  long version() {
    return version;
  }

  /** When something was recorded last, or it began to be driven. */
  long progressNs() {
    return progressNs;
  }

  /** What happened up to then has been looked at. */
  long seen() {
    return seen;
  }

  /** As recorded. */
  SagaState state() {
    return state;
  }

  /** Reads what is recorded; false if there is nothing, or nobody can tell. */
  boolean load() {
    Shard shard = parts.shards().apply(saga);
    if (shard == null) {
      return false;
    }
    Shard.StateAnswer read = shard.read(saga, context(""));
    if (read.answer() instanceof Outcome.Done at && read.state() instanceof SagaState now) {
      state = now;
      // Never more than what is recorded: a signal's stamp may be older than the clock is now.
      long rested = now.until() <= parts.nowMicros(saga) ? now.until() : 0;
      seen = Math.max(seen, Math.max(now.poked(), rested));
      version = at.version();
      return true;
    }
    return false;
  }

  private CallContext context(String principal) {
    SagaState.Start start = state.start();
    return new CallContext(
        principal.isEmpty() && start != null ? start.principal() : principal,
        start == null ? "" : start.trace(),
        parts.nowNs() + WRITE_NS);
  }

  /** Records that a step is attempted next, and waits for it. */
  void intend(StepName step, Intent intent) {
    lock.lock();
    try {
      intended.add(new SagaCommand.Intended(step, intent, parts.nowMicros(saga)));
      commit();
    } finally {
      lock.unlock();
    }
  }

  /** Has an outcome recorded with whatever is recorded next. */
  void end(StepName step, StepOutcome outcome, long at) {
    lock.lock();
    try {
      ended.add(new SagaCommand.Ended(step, outcome, at));
    } finally {
      lock.unlock();
    }
  }

  /** Has a compensation, or a failed attempt, recorded with whatever is recorded next. */
  void undone(StepName step, int attempts, @Nullable String error) {
    lock.lock();
    try {
      undone.add(new SagaCommand.Undone(step, attempts, error, parts.nowMicros(saga)));
    } finally {
      lock.unlock();
    }
  }

  /** Records that it is compensated from now on. */
  void fail(String code, String detail, boolean nothingToUndo) {
    lock.lock();
    try {
      failed = new SagaCommand.Failed(code, detail);
      last = nothingToUndo ? new SagaCommand.Last(null, null, true) : null;
      commit();
    } finally {
      lock.unlock();
    }
  }

  /** Records that it rests. */
  void rest(long untilMicros) {
    lock.lock();
    try {
      until = untilMicros;
      commit();
    } finally {
      until = null;
      lock.unlock();
    }
  }

  void complete(String result) {
    last(new SagaCommand.Last(result, null, false));
  }

  void compensated() {
    last(new SagaCommand.Last(null, null, true));
  }

  void park(Parked why) {
    last(new SagaCommand.Last(null, why, false));
  }

  private void last(SagaCommand.Last how) {
    lock.lock();
    try {
      last = how;
      commit();
    } finally {
      last = null;
      lock.unlock();
    }
  }

  /** Records what there is to record. */
  void flush() {
    lock.lock();
    try {
      if (!ended.isEmpty() || !undone.isEmpty()) {
        commit();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Goes on after an unwinding; what ended is still to be recorded. */
  void mend() {
    lock.lock();
    try {
      broken = null;
      intended.clear();
      failed = null;
      last = null;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody writes any more. */
  void close(String why) {
    lock.lock();
    try {
      broken = Unwind.of(Unwind.Why.LOST, why);
    } finally {
      lock.unlock();
    }
  }

  private void commit() {
    long mine = ++asked;
    while (done < mine) {
      if (broken != null) {
        throw broken;
      }
      if (writing) {
        written.awaitUninterruptibly();
      } else {
        write();
      }
    }
  }

  private void write() {
    long upTo = asked;
    SagaCommand command = command();
    writing = true;
    lock.unlock();
    Unwind problem;
    try {
      problem = send(command);
    } finally {
      lock.lock();
      writing = false;
      written.signalAll();
    }
    if (problem == null) {
      done = upTo;
    } else {
      broken = problem;
      putBack(command);
      begun.complete(unknown(problem.detail()));
    }
  }

  private SagaCommand command() {
    SagaCommand.Advance advance =
        new SagaCommand.Advance(driver, ended, undone, failed, intended, until, last);
    if (!parts.has(PlantedBug.RESULT_RECORDED_TWICE)) {
      ended.clear();
    }
    undone.clear();
    intended.clear();
    failed = null;
    Beginning first = beginning;
    if (first == null) {
      return advance;
    }
    return first.start.with(advance);
  }

  private void putBack(SagaCommand command) {
    if (command instanceof SagaCommand.Advance advance) {
      ended.addAll(0, advance.ended());
      undone.addAll(0, advance.undone());
    }
  }

  /** Null if it is recorded. */
  private @Nullable Unwind send(SagaCommand command) {
    if (beginning != null && parts.has(PlantedBug.BEGUN_SAID_EARLY)) {
      begun.complete(new Begun.Yes(1, state));
    }
    for (int refusals = 0; ; refusals++) {
      Shard shard = parts.shards().apply(saga);
      if (shard == null) {
        return Unwind.of(Unwind.Why.LOST, "this node does not hold it any more");
      }
      Outcome outcome = shard.submit(asked(command), parts.entropy().uuid().toString()).await();
      switch (outcome) {
        case Outcome.Done recorded -> {
          return recorded(command, recorded);
        }
        case Outcome.Rejected no -> {
          return refused(no);
        }
        case Outcome.Failed problem -> {
          Unwind unwind = failed(problem, refusals);
          if (unwind != null) {
            begun.complete(new Begun.No(problem));
            return unwind;
          }
          parts.clock().parkNanos(PAUSE_NS);
        }
      }
    }
  }

  private EntityCommand asked(SagaCommand command) {
    Beginning first = beginning;
    String name = command instanceof SagaCommand.Start ? "start" : "advance";
    Precondition precondition =
        first == null ? new Precondition.Version(version) : Precondition.NONE;
    return new EntityCommand(
        saga,
        new CommandBody(name, 0, NOTHING, command, null),
        null,
        precondition,
        context(first == null ? "" : first.principal));
  }

  private @Nullable Unwind recorded(SagaCommand command, Outcome.Done outcome) {
    SagaEntity.Ack ack = SagaEntity.Ack.read(outcome.body());
    if (command instanceof SagaCommand.Start && ack.existing()) {
      begun.complete(new Begun.Existing());
      return Unwind.of(Unwind.Why.EXISTS, "it was started before");
    }
    Beginning first = beginning;
    if (first != null) {
      state = ENTITY.initial();
      beginning = null;
    }
    state = next(command, first == null ? state.started().principal() : first.principal, ack.at());
    seen = Math.max(seen, state.poked());
    progressNs = parts.nowNs();
    version = outcome.version();
    if (first != null) {
      begun.complete(new Begun.Yes(version, state));
    }
    return null;
  }

  /** What the shard made of the state, too: the same function on the same values. */
  private SagaState next(SagaCommand command, String principal, long at) {
    Instant time = Instant.ofEpochSecond(at / 1_000_000, at % 1_000_000 * 1000);
    SagaState now = state;
    Decision<SagaEvent> decision =
        ENTITY.decide(
            now, command, new Operation(saga.tenant(), saga.id(), "", principal, time, 0));
    if (decision instanceof Decision.Accepted<SagaEvent> accepted) {
      for (SagaEvent event : accepted.events()) {
        now = ENTITY.evolve(now, event);
      }
    }
    return now;
  }

  private Unwind refused(Outcome.Rejected no) {
    if (no.code().equals("saga-exists")) {
      begun.complete(new Begun.Existing());
      return Unwind.of(Unwind.Why.EXISTS, no.detail());
    }
    return no.code().equals("saga-ended") || no.code().equals("saga-stopped")
        ? Unwind.of(load() ? Unwind.Why.AGAIN : Unwind.Why.LOST, no.detail())
        : Unwind.park(new Parked(no.code(), no.detail(), null, false));
  }

  private @Nullable Unwind failed(Outcome.Failed problem, int refusals) {
    return switch (problem.code()) {
      case VERSION_MISMATCH -> {
        long poked = state.poked();
        SagaState.Phase phase = state.phase();
        // Whoever has not written yet finds the name of the driver before it there, still.
        String before = state.driver();
        if (!load() || !(state.driver().equals(driver) || state.driver().equals(before))) {
          yield Unwind.of(Unwind.Why.LOST, "another driver has taken it over");
        }
        boolean same = state.phase() == phase && state.poked() == poked && until == null;
        yield same ? null : Unwind.of(Unwind.Why.AGAIN, "something came from outside");
      }
      case OVERLOADED, READ_ONLY, OPERATION_QUOTA ->
          refusals < REFUSALS_MAX ? null : Unwind.of(Unwind.Why.LOST, problem.detail());
      case STATE_TOO_LARGE, EVENT_TOO_LARGE, ENTRY_TOO_LARGE ->
          Unwind.park(new Parked("saga-too-large", problem.detail(), null, false));
      default -> Unwind.of(Unwind.Why.LOST, problem.code().code() + ": " + problem.detail());
    };
  }
}
