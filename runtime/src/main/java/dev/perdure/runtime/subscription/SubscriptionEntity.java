package dev.perdure.runtime.subscription;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.runtime.record.EventsRow;
import dev.perdure.runtime.record.SlotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The decider of every subscription's record in a shard. A cursor only rises; a rewind, which takes
 * it back, makes what was done before it count no more.
 */
@Named(EventsRow.HIDDEN_TYPE)
public final class SubscriptionEntity
    implements Entity<SubscriptionState, SubscriptionCommand, SubscriptionEvent> {

  @Override
  public SubscriptionState initial() {
    return SubscriptionState.NOTHING_YET;
  }

  @Override
  public Decision<SubscriptionEvent> decide(
      SubscriptionState state, SubscriptionCommand command, Operation operation) {
    if (command instanceof SubscriptionCommand.Begin begin) {
      return state.begun()
          ? Decision.answer(null)
          : Decision.accept(new SubscriptionEvent.Begun(begin.after(), begin.stamp()), null);
    }
    if (!state.begun()) {
      return Decision.reject("no-subscription", "it has not begun in this shard");
    }
    String by = operation.principal();
    return switch (command) {
      case SubscriptionCommand.Begin ignored -> throw new IllegalStateException();
      case SubscriptionCommand.Advance advance -> advance(state, advance);
      case SubscriptionCommand.Pause pause ->
          state.paused() != null
              ? Decision.answer(null)
              : Decision.accept(new SubscriptionEvent.Paused(pause.reason(), by), null);
      case SubscriptionCommand.Resume ignored ->
          state.paused() == null
              ? Decision.answer(null)
              : Decision.accept(new SubscriptionEvent.Resumed(by), null);
      case SubscriptionCommand.Rewind to ->
          Decision.accept(
              new SubscriptionEvent.Rewound(to.after(), to.since(), to.reason(), by), null);
      case SubscriptionCommand.Replay replay ->
          has(state, replay.id())
              ? Decision.accept(new SubscriptionEvent.ReplayAsked(replay.id(), by), null)
              : noSuch(replay.id());
      case SubscriptionCommand.Discard discard ->
          has(state, discard.id())
              ? Decision.accept(
                  new SubscriptionEvent.Discarded(discard.id(), discard.reason(), by), null)
              : noSuch(discard.id());
      case SubscriptionCommand.Replayed done ->
          has(state, done.id())
              ? Decision.accept(new SubscriptionEvent.Replayed(done.id(), done.error()), null)
              : Decision.answer(null);
      case SubscriptionCommand.Taken taken -> taken(state, taken);
    };
  }

  /** True if there is such a dead letter; of all of them, always. */
  private static boolean has(SubscriptionState state, @Nullable String id) {
    return id == null || state.dead().stream().anyMatch(one -> one.id().equals(id));
  }

  private static Decision<SubscriptionEvent> noSuch(@Nullable String id) {
    return Decision.reject("no-such-letter", "there is no dead letter '" + id + "' here");
  }

  private static Decision<SubscriptionEvent> advance(
      SubscriptionState state, SubscriptionCommand.Advance advance) {
    if (advance.rewinds() != state.rewinds()) {
      return Decision.reject("rewound", "it was rewound meanwhile");
    }
    if (state.dead().size() + advance.dead().size() > SubscriptionState.DEAD_MAX) {
      return Decision.reject("too-many-letters", "it holds as many dead letters as it may");
    }
    List<SubscriptionEvent> events = new ArrayList<>();
    for (DeadLetter one : advance.dead()) {
      if (!has(state, one.id())) {
        events.add(new SubscriptionEvent.Died(one));
      }
    }
    List<Coming> coming = advance.coming() == null ? state.coming() : advance.coming();
    List<HandOver> left = advance.left() == null ? state.left() : advance.left();
    if (!coming.equals(state.coming()) || !left.equals(state.left())) {
      events.add(new SubscriptionEvent.SlotsChanged(coming, left));
    }
    if (advance.passed() && state.since() != 0) {
      events.add(new SubscriptionEvent.Passed());
    }
    if (advance.after() > state.after()) {
      events.add(new SubscriptionEvent.Advanced(advance.after(), advance.stamp()));
    }
    return events.isEmpty() ? Decision.answer(null) : Decision.accept(events, null);
  }

  private static Decision<SubscriptionEvent> taken(
      SubscriptionState state, SubscriptionCommand.Taken taken) {
    List<HandOver> left = Moves.without(state.left(), taken.move(), SlotSet.of(taken.slots()));
    return left.equals(state.left())
        ? Decision.answer(null)
        : Decision.accept(new SubscriptionEvent.SlotsChanged(state.coming(), left), null);
  }

  @Override
  public SubscriptionState evolve(SubscriptionState state, SubscriptionEvent event) {
    return switch (event) {
      case SubscriptionEvent.Begun begun -> state.begun(begun.after(), begun.stamp());
      case SubscriptionEvent.Advanced to -> state.at(to.after(), to.stamp());
      case SubscriptionEvent.Died died -> {
        List<DeadLetter> all = new ArrayList<>(state.dead());
        all.add(died.letter());
        yield state.dead(all, 1);
      }
      case SubscriptionEvent.SlotsChanged slots -> state.moves(slots.coming(), slots.left());
      case SubscriptionEvent.Paused paused -> state.paused(paused.reason());
      case SubscriptionEvent.Resumed ignored -> state.paused(null);
      case SubscriptionEvent.Rewound to -> state.rewound(to.after(), to.since());
      case SubscriptionEvent.Passed ignored -> state.passed();
      case SubscriptionEvent.ReplayAsked asked ->
          state.dead(
              state.dead().stream().map(one -> is(one, asked.id()) ? one.asked() : one).toList(),
              0);
      case SubscriptionEvent.Discarded gone ->
          state.dead(state.dead().stream().filter(one -> !is(one, gone.id())).toList(), 0);
      case SubscriptionEvent.Replayed done -> {
        String error = done.error();
        yield state.dead(
            state.dead().stream()
                .filter(one -> error != null || !is(one, done.id()))
                .map(one -> is(one, done.id()) ? one.failed(Objects.requireNonNull(error)) : one)
                .toList(),
            0);
      }
    };
  }

  private static boolean is(DeadLetter letter, @Nullable String id) {
    return id == null || letter.id().equals(id);
  }
}
