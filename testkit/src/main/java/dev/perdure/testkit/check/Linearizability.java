package dev.perdure.testkit.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a concurrent history of one object fits some sequential order that respects real
 * time: the algorithm of Wing and Gong with Lowe's memo of visited configurations.
 *
 * <p>An operation without an answer may stand anywhere after its call. A history that is too long,
 * or a search that takes too many steps, is undecided, which counts as a failure.
 */
public final class Linearizability {

  /** Longest history that is decided. */
  public static final int OPERATIONS_MAX = 2_000;

  private static final int STEPS_MAX = 2_000_000;

  private Linearizability() {}

  /**
   * One operation.
   *
   * @param calledAt when it was called, in any order-preserving unit
   * @param returnedAt when it was answered; {@code Long.MAX_VALUE} if it never was
   * @param optional true if it perhaps never took effect
   */
  public record Timed<O>(O operation, long calledAt, long returnedAt, boolean optional) {}

  /** The verdict. */
  public sealed interface Verdict<O> {
    /** It fits. */
    record Linearizable<O>(int steps) implements Verdict<O> {}

    /**
     * It does not fit.
     *
     * @param stuckAt the operation that nothing could be put before
     * @param placed how many operations the longest fitting order had
     */
    record Impossible<O>(@Nullable Timed<O> stuckAt, int placed) implements Verdict<O> {}

    /** Not decided. */
    record Undecided<O>(String why) implements Verdict<O> {}
  }

  /** Decides a history. */
  public static <S, O> Verdict<O> check(Spec<S, O> spec, List<Timed<O>> history) {
    if (history.size() > OPERATIONS_MAX) {
      return new Verdict.Undecided<>(
          history.size() + " operations, at most " + OPERATIONS_MAX + " are decided");
    }
    return new Search<>(spec, history).run();
  }

  private record Configuration(BitSet placed, Object state) {}

  private record Step<S>(Event event, S before) {}

  /** A call or a return in a doubly linked list, so that both can be lifted out and put back. */
  private static final class Event {
    private final int operation;
    private final @Nullable Event match;
    private @Nullable Event previous;
    private @Nullable Event next;

    Event(int operation, @Nullable Event match) {
      this.operation = operation;
      this.match = match;
    }

    boolean isCall() {
      return match != null;
    }

    void unlink() {
      Event before = previous;
      Event after = next;
      if (before != null) {
        before.next = after;
      }
      if (after != null) {
        after.previous = before;
      }
    }

    void relink() {
      Event before = previous;
      Event after = next;
      if (before != null) {
        before.next = this;
      }
      if (after != null) {
        after.previous = this;
      }
    }
  }

  private static final class Search<S, O> {
    private final Spec<S, O> spec;
    private final List<Timed<O>> history;
    private final Event head = new Event(-1, null);
    private final BitSet placed = new BitSet();
    private final Set<Configuration> seen = new HashSet<>();
    private final List<Step<S>> path = new ArrayList<>();
    private int mandatoryLeft;
    private int longest = -1;
    private @Nullable Timed<O> stuckAt;

    Search(Spec<S, O> spec, List<Timed<O>> history) {
      this.spec = spec;
      this.history = history;
      this.mandatoryLeft = (int) history.stream().filter(one -> !one.optional()).count();
      link();
    }

    private record At(long time, boolean isReturn, Event event) implements Comparable<At> {
      @Override
      public int compareTo(At other) {
        int byTime = Long.compare(time, other.time);
        return byTime != 0 ? byTime : Boolean.compare(isReturn, other.isReturn);
      }
    }

    private void link() {
      List<At> all = new ArrayList<>();
      for (int i = 0; i < history.size(); i++) {
        Event returned = new Event(i, null);
        all.add(new At(history.get(i).calledAt(), false, new Event(i, returned)));
        all.add(new At(history.get(i).returnedAt(), true, returned));
      }
      all.sort(null);
      Event last = head;
      for (At at : all) {
        last.next = at.event;
        at.event.previous = last;
        last = at.event;
      }
    }

    Verdict<O> run() {
      S state = spec.initial();
      Event at = head.next;
      for (int steps = 0; mandatoryLeft > 0; steps++) {
        if (steps > STEPS_MAX) {
          return new Verdict.Undecided<>("more than " + STEPS_MAX + " steps");
        }
        if (at == null || !(at.isCall() || history.get(at.operation).optional())) {
          noteStuck(at);
          if (path.isEmpty()) {
            return new Verdict.Impossible<>(stuckAt, longest);
          }
          Step<S> undone = path.removeLast();
          state = undone.before;
          at = undo(undone.event);
          continue;
        }
        Event returned = at.match;
        S after = returned == null ? null : spec.next(state, operation(at));
        if (returned != null && after != null && place(at.operation, after)) {
          path.add(new Step<>(at, state));
          state = after;
          at.unlink();
          returned.unlink();
          at = head.next;
        } else {
          at = at.next;
        }
      }
      return new Verdict.Linearizable<>(path.size());
    }

    private O operation(Event call) {
      return history.get(call.operation).operation();
    }

    private void noteStuck(@Nullable Event at) {
      if (path.size() > longest) {
        longest = path.size();
        stuckAt = at == null ? null : history.get(at.operation);
      }
    }

    private boolean place(int operation, S after) {
      BitSet with = (BitSet) placed.clone();
      with.set(operation);
      if (!seen.add(new Configuration(with, after))) {
        return false;
      }
      placed.set(operation);
      mandatoryLeft -= history.get(operation).optional() ? 0 : 1;
      return true;
    }

    private @Nullable Event undo(Event call) {
      placed.clear(call.operation);
      mandatoryLeft += history.get(call.operation).optional() ? 0 : 1;
      Event returned = call.match;
      if (returned != null) {
        returned.relink();
      }
      call.relink();
      return call.next;
    }
  }
}
