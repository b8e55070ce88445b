package dev.perdure.runtime.view;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.ViewFigures;
import dev.perdure.runtime.Views;
import dev.perdure.runtime.record.StreamPosition;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.ViewModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers queries from what the keepers have stored. Thread-safe. */
public final class ViewDoor implements Views {

  private static final int FAILURES_SHOWN_MAX = 100;
  private static final int WAITERS_MAX = 256;
  private static final long LOOK_NS = 2_000_000L;
  private static final long LOOK_MAX_NS = 50_000_000L;
  private static final long RETRY_MS = 1_000;
  private static final Wait SLOTS_MOVE =
      new Wait(ProblemCode.VIEW_BEHIND, "slots are on their way from shard to shard", true);

  private final ViewKeepers keepers;
  private final IntFunction<@Nullable Shard> shards;
  private final Supplier<List<Integer>> numbers;
  private final Clock clock;
  private final Semaphore waiters = new Semaphore(WAITERS_MAX);

  public ViewDoor(ViewKeepers keepers, ViewKeepers.Shards shards) {
    this.keepers = keepers;
    this.shards = shards.shards();
    this.numbers = shards.numbers();
    this.clock = shards.clock();
  }

  @Override
  public List<ViewModel> models() {
    return keepers.all().stream().map(ViewKeeper::model).toList();
  }

  @Override
  public @Nullable Standing standing(String view) {
    ViewKeeper keeper = keepers.of(view);
    if (keeper == null) {
      return null;
    }
    List<Failure> failures = new ArrayList<>();
    for (ViewKeeper.InShard one : keeper.shards().values()) {
      one.now().failures(FAILURES_SHOWN_MAX - failures.size()).stream()
          .map(failure -> new Failure(failure.entity(), failure.error()))
          .forEach(failures::add);
    }
    return new Standing(keeper.model(), keeper.figures(), failures);
  }

  @Override
  public boolean rebuild(String view) {
    ViewKeeper keeper = keepers.of(view);
    if (keeper != null) {
      keeper.renew();
    }
    return keeper != null;
  }

  @Override
  public Answer query(Query query, CallContext context) {
    ViewKeeper keeper = keepers.of(query.view());
    if (keeper == null) {
      return failed(ProblemCode.UNKNOWN_TYPE, "no view '" + query.view() + "'", 0);
    }
    Plan plan;
    try {
      plan = Plan.of(keeper.model(), query);
    } catch (IllegalArgumentException e) {
      return failed(ProblemCode.MALFORMED_REQUEST, String.valueOf(e.getMessage()), 0);
    }
    Asked asked = new Asked(keeper, plan, query, new Bounds(query.bound(), shards));
    Tried first = tried(asked);
    if (first.answer != null || !mayWait(first.delay, context)) {
      return first.last();
    }
    if (!waiters.tryAcquire()) {
      String detail =
          "%s; %d queries wait for views already".formatted(first.delay.detail, WAITERS_MAX);
      return failed(first.delay.code, detail, RETRY_MS);
    }
    try {
      return awaited(asked, context);
    } finally {
      waiters.release();
    }
  }

  /** What somebody wants to know. */
  private record Asked(ViewKeeper keeper, Plan plan, Query query, Bounds bounds) {}

  /** Looks again and again, less often the longer it takes. */
  private Answer awaited(Asked asked, CallContext context) {
    long pauseNs = LOOK_NS;
    while (true) {
      asked.keeper.poke();
      LockSupport.parkNanos(this, pauseNs);
      pauseNs = Math.min(2 * pauseNs, LOOK_MAX_NS);
      Tried now = tried(asked);
      if (now.answer != null || !mayWait(now.delay, context)) {
        return now.last();
      }
    }
  }

  private boolean mayWait(Wait wait, CallContext context) {
    return wait.passes && clock.monotonicNs() < context.deadlineNs();
  }

  /**
   * What came of a look.
   *
   * @param delay why there is no answer, if there is none
   */
  private record Tried(@Nullable Answer answer, Wait delay) {

    Answer last() {
      return answer == null ? failed(delay.code, delay.detail, RETRY_MS) : answer;
    }
  }

  private Tried tried(Asked asked) {
    try {
      Serving serving = Serving.of(asked.keeper, numbers.get(), shards);
      Wait wait = serving.delay == null ? asked.bounds.delay(serving.builds) : serving.delay;
      return wait == null
          ? new Tried(read(serving, asked.plan, asked.query), SLOTS_MOVE)
          : new Tried(null, wait);
    } catch (ReplicaException e) {
      return new Tried(
          null, new Wait(ProblemCode.READ_ONLY, String.valueOf(e.getMessage()), false));
    } catch (CorruptionException e) { // the build that it was read from knows
      return new Tried(
          null, new Wait(ProblemCode.VIEW_REBUILDING, "what is stored of it is damaged", false));
    }
  }

  private static Answer.Failed failed(ProblemCode code, String detail, long retryMs) {
    return new Answer.Failed(new Outcome.Failed(code, detail, -1, retryMs));
  }

  /**
   * Why there is no answer yet.
   *
   * @param passes true if it is worth while to wait a moment
   */
  record Wait(ProblemCode code, String detail, boolean passes) {}

  /** Which builds answer. */
  private record Serving(List<Build> builds, boolean rebuilding, @Nullable Wait delay) {

    static Serving of(
        ViewKeeper keeper, List<Integer> numbers, IntFunction<@Nullable Shard> shards) {
      List<Integer> absent = numbers.stream().filter(one -> shards.apply(one) == null).toList();
      if (numbers.isEmpty()) {
        return waits(ProblemCode.NO_LEADER, "this node does not know its cluster's shards yet");
      }
      if (!absent.isEmpty()) {
        return waits(
            ProblemCode.NO_LEADER,
            "this node holds no replica of shards " + absent + "; ask a node that holds all");
      }
      List<Build> now = new ArrayList<>();
      List<Build> before = new ArrayList<>();
      for (int number : numbers) {
        ViewKeeper.InShard one = keeper.shards().get(number);
        if (one != null) {
          now.add(one.now());
          Build older = one.before();
          before.add(older == null ? one.now() : older);
        }
      }
      if (now.size() == numbers.size() && now.stream().allMatch(Serving::answers)) {
        return new Serving(now, false, null);
      }
      if (before.size() == numbers.size() && before.stream().allMatch(Serving::answers)) {
        return new Serving(before, true, null);
      }
      return waits(
          ProblemCode.VIEW_REBUILDING,
          "view '%s' is being made: %d %% of the stream is read"
              .formatted(keeper.model().name(), percent(keeper.figures())));
    }

    private static boolean answers(Build one) {
      return one.meta().live() && one.damage().isEmpty();
    }

    private static Serving waits(ProblemCode code, String detail) {
      return new Serving(List.of(), false, new Wait(code, detail, false));
    }
  }

  private static long percent(List<ViewFigures> figures) {
    long end = figures.stream().mapToLong(ViewFigures::end).sum();
    long next = figures.stream().mapToLong(ViewFigures::next).sum();
    return end == 0 ? 0 : Math.min(99, 100 * next / end);
  }

  /** Null if the builds do not fit each other now. */
  private static @Nullable Answer read(Serving serving, Plan plan, Query query) {
    List<Build.Reading> readings = new ArrayList<>();
    try {
      for (Build one : serving.builds) {
        Build.Reading reading = one.read(plan.index(), plan.from(), plan.to(), plan.down());
        if (reading == null) {
          return null;
        }
        readings.add(reading);
      }
      Shown shown = Shown.of(readings.stream().map(one -> one.stand().claims()).toList());
      if (shown.missing() >= 0) {
        return null;
      }
      StreamPosition position = StreamPosition.START;
      for (int i = 0; i < readings.size(); i++) {
        int shard = serving.builds.get(i).place().shard();
        position = position.with(shard, readings.get(i).stand().meta().next() - 1);
      }
      return merge(new Merge(readings, shown, plan.down()), plan, query)
          .at(position, serving.rebuilding);
    } finally {
      readings.forEach(one -> one.rows().close());
    }
  }

  /** Rows, and where to go on. */
  private record Part(List<Row> rows, @Nullable String next) {
    Answer at(StreamPosition position, boolean rebuilding) {
      return new Answer.Rows(rows, next, position, rebuilding);
    }
  }

  private static Part merge(Merge merge, Plan plan, Query query) {
    List<Row> rows = new ArrayList<>();
    byte[] last = new byte[0];
    long bytes = 0;
    for (Merge.Found found = merge.next(); found != null; found = merge.next()) {
      bytes += found.entry().json().length + (long) found.entry().id().length();
      boolean full = rows.size() >= query.extent().rows() || bytes > query.extent().bytes();
      if (full && !rows.isEmpty()) {
        return new Part(rows, plan.page(last, Plan.tenantBytes(query.tenant())));
      }
      StoredRow.Entry entry = found.entry();
      rows.add(new Row(entry.id(), entry.version(), entry.json()));
      last = found.place();
    }
    return new Part(rows, null);
  }
}
