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
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers queries from what the keepers have stored. Thread-safe. */
public final class ViewDoor implements Views {

  private static final int FAILURES_SHOWN_MAX = 100;
  private static final long LOOK_NS = 2_000_000L;
  private static final long RETRY_MS = 1_000;

  private final ViewKeepers keepers;
  private final IntFunction<@Nullable Shard> shards;
  private final Supplier<List<Integer>> numbers;
  private final Clock clock;

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
    Bounds bounds = new Bounds(query.bound(), shards);
    while (true) {
      Wait wait;
      try {
        Serving serving = Serving.of(keeper, numbers.get(), shards);
        wait = serving.delay == null ? bounds.delay(serving.builds) : serving.delay;
        Answer answer = wait == null ? read(serving, plan, query) : null;
        if (answer != null) {
          return answer;
        }
      } catch (ReplicaException e) {
        return failed(ProblemCode.READ_ONLY, String.valueOf(e.getMessage()), RETRY_MS);
      } catch (CorruptionException e) { // the build that it was read from knows
        return failed(ProblemCode.VIEW_REBUILDING, "what is stored of it is damaged", RETRY_MS);
      }
      if (wait != null && (!wait.passes || clock.monotonicNs() >= context.deadlineNs())) {
        return failed(wait.code, wait.detail, RETRY_MS);
      }
      if (clock.monotonicNs() >= context.deadlineNs()) {
        return failed(
            ProblemCode.VIEW_BEHIND, "slots are on their way from shard to shard", RETRY_MS);
      }
      keeper.poke();
      LockSupport.parkNanos(this, LOOK_NS);
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
