package dev.perdure.runtime.drive;

import dev.perdure.api.SagaContext;
import dev.perdure.api.Step;
import dev.perdure.kernel.Hash64;
import dev.perdure.runtime.saga.Intent;
import dev.perdure.runtime.saga.Parked;
import dev.perdure.runtime.saga.SagaLimits;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.StepName;
import dev.perdure.runtime.saga.StepOutcome;
import dev.perdure.runtime.saga.StepRecord;
import dev.perdure.runtime.saga.StepRecord.State;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.type.Values;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the author's code sees, in one run from the top. */
final class Context implements SagaContext {

  static final SagaLimits LIMITS = SagaLimits.defaults();
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,62}");
  private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final int KEY_MAX = 127;
  private static final long AT_ONCE_MICROS = 50_000;
  private static final ScopedValue<Place> PLACE = ScopedValue.newInstance();

  private final Drive drive;
  private final boolean resolving;
  private final @Nullable Rehearsal rehearsal;
  private final Set<StepName> used = ConcurrentHashMap.newKeySet();
  private final Set<StepName> begun = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Unwind unwound;

  Context(Drive drive, boolean resolving) {
    this(drive, resolving, null);
  }

  private Context(Drive drive, boolean resolving, @Nullable Rehearsal rehearsal) {
    this.drive = drive;
    this.resolving = resolving;
    this.rehearsal = rehearsal;
  }

  /** One that changes nothing and notes what differs. */
  static Context of(Drive drive, Rehearsal rehearsal) {
    return new Context(drive, false, rehearsal);
  }

  /** How far one thread of the code has come. */
  private static final class Place {
    private long at;
    private String step = "";
    private int drawn;
  }

  /** Runs the author's code from the top. */
  @Nullable Object run() throws Exception {
    Place top = new Place();
    SagaState.Start start = drive.writes().state().started();
    top.at = start.at();
    Object result =
        ScopedValue.where(PLACE, top).call(() -> drive.model().run(start.input(), this));
    rethrow();
    return result;
  }

  /** Goes on with what the author's code should not have caught. */
  void rethrow() {
    Unwind before = unwound;
    if (before != null) {
      throw before;
    }
  }

  void rethrowUnlessResolved() {
    Unwind before = unwound;
    if (before != null && before.why() != Unwind.Why.RESOLVED) {
      throw before;
    }
  }

  Unwind unwind(Unwind why) {
    if (unwound == null) {
      unwound = why;
    }
    return why;
  }

  private Place place() {
    return PLACE.isBound() ? PLACE.get() : new Place();
  }

  Drive drive() {
    return drive;
  }

  /** True if it is compensated, and this run only finds out what became of its steps. */
  boolean resolving() {
    return resolving;
  }

  @Override
  public String id() {
    return drive.saga().id();
  }

  @Override
  public Instant time() {
    long at = place().at;
    return Instant.ofEpochSecond(at / 1_000_000, at % 1_000_000 * 1000);
  }

  @Override
  public SplittableRandom random() {
    Place place = place();
    byte[] name = place.step.getBytes(StandardCharsets.UTF_8);
    long seed = drive.writes().state().started().seed();
    return new SplittableRandom(Hash64.of(name, 0, name.length, seed) + place.drawn++);
  }

  @Override
  public RuntimeException abort(String code, String reason) {
    if (!CODE.matcher(code).matches()) {
      throw new IllegalArgumentException("code '" + code + "' must match " + CODE.pattern());
    }
    return new Aborted(code, reason);
  }

  @Override
  public Step step(String name, String key) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("step name '" + name + "' must match " + NAME.pattern());
    }
    if (key.length() > KEY_MAX) {
      throw new IllegalArgumentException(
          "the key of step '"
              + name
              + "' is "
              + key.length()
              + " characters long, at most "
              + KEY_MAX
              + " are allowed");
    }
    return new Building(this, StepName.of(name, key));
  }

  private Building building(String name, String key) {
    return (Building) step(name, key);
  }

  @Override
  public void sleep(String name, Duration duration) {
    long micros = Math.max(0, duration.toMillis() * 1000);
    sleep(name, drive.parts().nowMicros(drive.saga()) + micros, Values.print(0, "sleep"));
  }

  @Override
  public void sleepUntil(String name, Instant until) {
    long micros = until.getEpochSecond() * 1_000_000 + until.getNano() / 1000;
    sleep(name, micros, Values.print(0, "sleep"));
  }

  private void sleep(String name, long until, long print) {
    StepName step = building(name, "").name();
    StepRecord record = reach(step, new Intent("sleep", print, null, null, until));
    if (record.state() == State.RUNNING) {
      notWhileResolving();
      waitUntil(record.intent().until() == null ? until : record.intent().until());
      ended(step, StepOutcome.done(null, 1));
    }
  }

  /** A saga that turned back waits for nothing that would only let it go on. */
  private void notWhileResolving() {
    if (resolving) {
      throw unwind(Unwind.of(Unwind.Why.RESOLVED, ""));
    }
  }

  private void waitUntil(long until) {
    long left = until - drive.parts().nowMicros(drive.saga());
    if (drive.parts().has(PlantedBug.SLEEP_CUT_SHORT)) {
      left -= 500_000;
    }
    if (left > AT_ONCE_MICROS) {
      throw unwind(Unwind.rest(until));
    }
    while (left > 0) {
      drive.parts().clock().parkNanos(left * 1000);
      left = until - drive.parts().nowMicros(drive.saga());
    }
  }

  @Override
  public <T> Optional<T> signal(String name, String key, Class<T> type, Duration timeout) {
    StepName step = building(name, key).name();
    long now = drive.parts().nowMicros(drive.saga());
    long longest = (SagaState.FOR_EVER - now) / 1_000;
    boolean ever = timeout.compareTo(Duration.ofMillis(longest)) >= 0;
    long until = ever ? SagaState.FOR_EVER : now + timeout.toMillis() * 1000;
    StepRecord record =
        reach(step, new Intent("signal", Values.print(0, "signal"), null, null, until));
    StepOutcome outcome = record.outcome();
    if (record.state() == State.RUNNING) {
      notWhileResolving();
      outcome = awaitSignal(step, record);
    }
    String body = outcome.result();
    return body == null ? Optional.empty() : Optional.of(Values.read(body, type));
  }

  private StepOutcome awaitSignal(StepName step, StepRecord record) {
    // One at a time: two branches must not take the same signal.
    synchronized (used) {
      SagaState.Kept kept = drive.writes().state().signal(step.name());
      Long until = record.intent().until();
      if (kept == null && until != null && drive.parts().nowMicros(drive.saga()) < until) {
        throw unwind(Unwind.rest(until));
      }
      StepOutcome outcome =
          kept == null
              ? new StepOutcome(State.FAILED, null, "timed-out", "no signal came in time", 1)
              : StepOutcome.done(kept.body(), 1);
      ended(step, outcome);
      flush();
      return outcome;
    }
  }

  @Override
  public <T> List<T> parallel(List<? extends Supplier<? extends T>> branches) {
    Place here = place();
    List<Branch<T>> all = new ArrayList<>(branches.size());
    for (int i = 0; i < branches.size(); i++) {
      Place there = new Place();
      there.at = here.at;
      there.step = here.step + "#" + i;
      Branch<T> branch = new Branch<>(branches.get(i), there);
      branch.thread = Thread.ofVirtual().name(drive.saga().id() + "#" + i).start(branch);
      all.add(branch);
    }
    all.forEach(Branch::join);
    Unwind first = null;
    for (Branch<T> branch : all) {
      if (branch.thrown instanceof Unwind one && weightier(one, first)) {
        first = one;
      }
    }
    if (first != null) {
      unwound = first;
      throw first;
    }
    List<T> results = new ArrayList<>(all.size());
    for (Branch<T> branch : all) {
      here.at = Math.max(here.at, branch.place.at);
      if (branch.thrown instanceof Error error) {
        throw error;
      }
      if (branch.thrown instanceof RuntimeException failure) {
        throw failure;
      }
      results.add(branch.result);
    }
    return results;
  }

  /**
   * What ends the run goes before a rest, an earlier rest before a later one. If it only finds out
   * about steps, a branch with nothing more to find out goes last: the others may not be so far.
   */
  private boolean weightier(Unwind one, @Nullable Unwind other) {
    if (other == null || (resolving && other.why() == Unwind.Why.RESOLVED)) {
      return true;
    }
    if (resolving && one.why() == Unwind.Why.RESOLVED) {
      return false;
    }
    boolean rests = one.why() == Unwind.Why.REST;
    boolean otherRests = other.why() == Unwind.Why.REST;
    return otherRests && (!rests || one.until() < other.until());
  }

  private static final class Branch<T> implements Runnable {
    private final Supplier<? extends T> code;
    private final Place place;
    private @Nullable Thread thread;
    private @Nullable Throwable thrown;

    @SuppressWarnings("NullAway.Init") // read only if nothing was thrown
    private T result;

    Branch(Supplier<? extends T> code, Place place) {
      this.code = code;
      this.place = place;
    }

    @Override
    public void run() {
      try {
        ScopedValue.where(PLACE, place).run(() -> result = code.get());
      } catch (Throwable e) {
        thrown = e;
      }
    }

    void join() {
      Thread running = thread;
      boolean interrupted = false;
      while (running != null && running.isAlive()) {
        try {
          running.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // ---- steps ----

  /**
   * The step's record, after its intent is recorded; one that is running may be attempted.
   *
   * @param intent as the code has it now
   */
  StepRecord reach(StepName step, Intent intent) {
    rethrowOf(step);
    StepRecord record = drive.recorded(step);
    if (rehearsal != null) {
      try {
        StepRecord noted = rehearsal.reach(record, step, intent);
        passed(noted);
        return noted;
      } catch (Unwind e) {
        throw unwind(e);
      }
    }
    if (record != null) {
      long print = record.intent().print();
      if (!record.intent().kind().equals(intent.kind())
          || (print != 0 && print != intent.print())) {
        if (resolving && record.state() == State.RUNNING && Compensating.child(record)) {
          // Its saga is found by what is recorded, whatever the code would start now.
          throw unwind(Unwind.of(Unwind.Why.RESOLVED, ""));
        }
        throw unwind(Unwind.park(changed(step, record, intent)));
      }
      passed(record);
      return record;
    }
    if (resolving) {
      throw unwind(Unwind.of(Unwind.Why.RESOLVED, ""));
    }
    if (intent.kind().equals("call") && drive.parts().has(PlantedBug.INTENT_NOT_RECORDED)) {
      long at = drive.parts().nowMicros(drive.saga());
      StepOutcome running = new StepOutcome(State.RUNNING, null, null, null, 0);
      return new StepRecord(step, intent, running, at, 0, null, 0, 0, null);
    }
    long deadline = drive.writes().state().started().deadline();
    try {
      if (deadline != 0 && drive.parts().nowMicros(drive.saga()) >= deadline) {
        drive.fail("deadline-exceeded", "it had not ended by its deadline");
        throw Unwind.of(Unwind.Why.AGAIN, "");
      }
      drive.writes().intend(step, intent);
    } catch (Unwind e) {
      throw unwind(e);
    }
    StepRecord intended = drive.recorded(step);
    if (intended == null) {
      throw unwind(Unwind.of(Unwind.Why.LOST, "step '" + step + "' was not recorded"));
    }
    begun.add(step);
    passed(intended);
    return intended;
  }

  /** True if nobody can have attempted it before this run. */
  boolean begun(StepName step) {
    return begun.contains(step);
  }

  private void rethrowOf(StepName step) {
    Unwind before = unwound;
    // What rests, or stays unknown, keeps nobody from finding out about the branches beside it.
    if (before != null
        && before.why() != Unwind.Why.REST
        && !(resolving && before.why() == Unwind.Why.RESOLVED)) {
      throw before;
    }
    if (!used.add(step)) {
      throw new IllegalStateException(
          "two steps are named '" + step + "': give each its own key, step(name, key)");
    }
  }

  private static Parked changed(StepName step, StepRecord record, Intent intent) {
    boolean kind = !record.intent().kind().equals(intent.kind());
    return new Parked(
        "step-changed",
        "step '"
            + step
            + "' was recorded "
            + (kind
                ? "as a " + record.intent().kind() + " and is a " + intent.kind() + " now"
                : "with other arguments than the code gives it now")
            + "; deploy code that does the same, or take its outcome as it is",
        step,
        false);
  }

  private void passed(StepRecord record) {
    Place place = place();
    place.step = record.step().toString();
    place.drawn = 0;
    if (record.endedAt() != 0) {
      place.at = Math.max(place.at, record.endedAt());
    }
  }

  /** A step has an outcome; recorded with what comes next. */
  void ended(StepName step, StepOutcome outcome) {
    Place place = place();
    place.at = Math.max(place.at, drive.parts().nowMicros(drive.saga()));
    drive.writes().end(step, outcome, place.at);
  }

  void flush() {
    try {
      drive.writes().flush();
    } catch (Unwind e) {
      throw unwind(e);
    }
  }
}
