package dev.perdure.runtime.subscription;

import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer knows of slots that come and leave, as it reads their changes in its shard's
 * stream. Who gives slots away drains them up to the marker of their leaving and then says what it
 * could not deliver; who gets them waits for that before it delivers what was imported.
 */
public final class Moves {

  private static final long NOT_PASSED = 0;

  private List<Coming> coming;
  private List<HandOver> left;
  private boolean changed;

  /** As recorded. */
  public Moves(SubscriptionState state) {
    this.coming = state.coming();
    this.left = state.left();
  }

  public List<Coming> coming() {
    return coming;
  }

  public List<HandOver> left() {
    return left;
  }

  /** True if it differs from what is recorded. */
  public boolean changed() {
    return changed;
  }

  /** It is recorded as it is. */
  public void recorded() {
    changed = false;
  }

  /** An event of a slot is not here any more, and was not delivered. */
  public void missed(int slot, long stamp) {
    SlotSet slots = SlotSet.range(slot, slot);
    long first = stamp;
    List<HandOver> next = new ArrayList<>();
    for (HandOver one : left) {
      if (one.move() == NOT_PASSED) {
        SlotSet others = SlotSet.of(one.slots());
        slots = SlotSet.where(s -> others.has(s) || s == slot);
        first = Math.min(first, one.first());
      } else {
        next.add(one);
      }
    }
    next.add(new HandOver(NOT_PASSED, slots.toString(), first));
    set(coming, next);
  }

  /** A change of slots is passed. */
  public void passed(SlotChange change) {
    switch (change.status()) {
      case COMING -> {
        List<Coming> next = new ArrayList<>(notComing(change.slots()));
        next.add(
            new Coming(
                change.move(),
                change.other(),
                change.since(),
                change.slots().toString(),
                Coming.UNKNOWN));
        set(next, without(left, NOT_PASSED, change.slots()));
      }
      case GONE -> {
        long first = Long.MAX_VALUE;
        for (HandOver one : left) {
          if (one.move() == NOT_PASSED && !common(one.slots(), change.slots()).isEmpty()) {
            first = one.first();
          }
        }
        List<HandOver> next = new ArrayList<>(without(left, NOT_PASSED, change.slots()));
        next = new ArrayList<>(without(next, change.move(), change.slots()));
        next.add(new HandOver(change.move(), change.slots().toString(), first));
        int over = Math.max(0, next.size() - SubscriptionState.LEFT_MAX);
        set(coming, next.subList(over, next.size()));
      }
      case OWNED -> set(notComing(change.slots()), left);
      case CLEARED -> set(notComing(change.slots()), without(left, NOT_PASSED, change.slots()));
      case KEPT -> set(coming, without(left, change.move(), change.slots()));
    }
  }

  /** What came of a slot with an offset; null if that is not an event that a move brought. */
  public @Nullable Coming of(int slot, long offset) {
    Coming found = null;
    for (Coming one : coming) {
      if (one.since() <= offset && SlotSet.of(one.slots()).has(slot)) {
        found = one;
      }
    }
    return found;
  }

  /** The shard that had slots has said what it could not deliver. */
  public void known(Coming one, long first) {
    List<Coming> next = new ArrayList<>(coming);
    next.replaceAll(old -> old.equals(one) ? one.known(first) : old);
    set(next, left);
  }

  /** The stamp of the first event of some slots that is to be delivered; null if nobody said it. */
  public static @Nullable Long first(List<HandOver> left, long move, SlotSet slots) {
    long first = Long.MAX_VALUE;
    SlotSet missing = slots;
    for (HandOver one : left) {
      SlotSet said = SlotSet.of(one.slots());
      if (one.move() == move && !common(one.slots(), slots).isEmpty()) {
        first = Math.min(first, one.first());
        missing = missing.only(slot -> !said.has(slot));
      }
    }
    return missing.isEmpty() ? first : null;
  }

  /** Hand-overs without those of some slots by a move. */
  static List<HandOver> without(List<HandOver> left, long move, SlotSet slots) {
    List<HandOver> next = new ArrayList<>();
    for (HandOver one : left) {
      SlotSet rest = SlotSet.of(one.slots()).only(slot -> one.move() != move || !slots.has(slot));
      if (!rest.isEmpty()) {
        next.add(new HandOver(one.move(), rest.toString(), one.first()));
      }
    }
    return next;
  }

  private List<Coming> notComing(SlotSet slots) {
    List<Coming> next = new ArrayList<>();
    for (Coming one : coming) {
      SlotSet rest = SlotSet.of(one.slots()).only(slot -> !slots.has(slot));
      if (!rest.isEmpty()) {
        next.add(new Coming(one.move(), one.from(), one.since(), rest.toString(), one.first()));
      }
    }
    return next;
  }

  private static SlotSet common(String ranges, SlotSet slots) {
    return SlotSet.of(ranges).only(slots::has);
  }

  private void set(List<Coming> nextComing, List<HandOver> nextLeft) {
    changed |= !nextComing.equals(coming) || !nextLeft.equals(left);
    coming = List.copyOf(nextComing);
    left = List.copyOf(nextLeft);
  }
}
