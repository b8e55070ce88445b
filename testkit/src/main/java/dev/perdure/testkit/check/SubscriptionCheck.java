package dev.perdure.testkit.check;

import dev.perdure.api.Delivery;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.subscription.DeadLetter;
import dev.perdure.runtime.subscription.SubscriptionEvent;
import dev.perdure.runtime.subscription.SubscriptionState;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.SubscriptionModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a subscription's handler was given with the events and cursors in the committed
 * log: nothing that is not there, nothing left out, in order, and no cursor ahead of the handler.
 */
public final class SubscriptionCheck {

  private final Consumer<Violation> violations;
  private final SubscriptionModel model;
  private final EntityModel records;
  private final Map<String, Item> items = new LinkedHashMap<>();
  private final Map<String, List<Item>> byEntity = new HashMap<>();
  private SubscriptionState state;
  private Stretch stretch = new Stretch(Long.MAX_VALUE, 0, 0);
  private long checkedUpTo;
  private long begunAfter = Long.MAX_VALUE;
  private long handed;
  private long repeats;
  private long died;
  private long delivered;
  private long rewinds;
  private long pauses;

  /** Of a subscription in a run of one shard whose newest code has these types. */
  public SubscriptionCheck(
      Consumer<Violation> violations, TypeRegistry types, SubscriptionModel model) {
    this.violations = violations;
    this.model = model;
    this.records = types.subscriptionRecords();
    this.state = (SubscriptionState) records.initial();
  }

  /** An event in the stream, and whoever was given it. */
  private static final class Item {
    private final String id;
    private final StoredEvent stored;
    private final Effect effect;
    private final int place;
    private final List<Handed> given = new ArrayList<>();
    private final Set<Long> doneBy = new HashSet<>();
    private long askedAt = Long.MAX_VALUE;

    Item(String id, StoredEvent stored, Effect effect, int place) {
      this.id = id;
      this.stored = stored;
      this.effect = effect;
      this.place = place;
    }

    long offset() {
      return effect.offset();
    }

    boolean done(long after, long before) {
      return given.stream().anyMatch(one -> one.begun() > after && one.doneBefore(before));
    }
  }

  /** What the cursor passes since it was set: what is behind an offset, and not of before. */
  private record Stretch(long after, long since, long at) {
    boolean has(Item item) {
      return item.offset() > after && item.effect.record().stamp() >= since;
    }
  }

  /**
   * What became of it.
   *
   * @param repeats events that were given again
   * @param died dead letters
   * @param delivered dead letters that were handled in the end
   */
  public record Counts(
      long handed, long repeats, long died, long delivered, long rewinds, long pauses) {}

  public Counts counts() {
    return new Counts(handed, repeats, died, delivered, rewinds, pauses);
  }

  /** Compares everything; {@code all} in the order in which it was given. */
  public void run(List<Effect> log, List<Handed> all) {
    log.stream()
        .filter(one -> one.address().type().equals(model.entity().name()))
        .forEach(this::stream);
    all.forEach(this::given);
    for (Effect effect : log) {
      if (effect.address().type().equals(records.name())
          && effect.address().id().startsWith(model.name() + "/")) {
        effect.record().events().forEach(one -> recorded(effect, one));
      }
    }
    inOrder(all);
    items.values().stream()
        .filter(stretch::has)
        .filter(one -> !one.done(stretch.at, Long.MAX_VALUE) && !dead(one))
        .findFirst()
        .ifPresent(one -> report(one.id, "was never handled since order " + stretch.at));
  }

  private void report(String about, String detail) {
    violations.accept(
        new Violation(
            Checker.SUBSCRIPTIONS,
            about,
            "subscription " + model.name() + ": " + about + " " + detail));
  }

  private void stream(Effect effect) {
    EntityAddress entity = effect.address();
    List<Item> its = byEntity.computeIfAbsent(entity.toString(), ignored -> new ArrayList<>());
    long version = effect.record().versionBefore();
    for (StoredEvent stored : effect.record().events()) {
      version++;
      String id = entity.tenant() + "/" + entity.type() + "/" + entity.id() + "/" + version;
      Item item = new Item(id, stored, effect, its.size());
      its.add(item);
      items.put(id, item);
    }
  }

  // ---- what was given ----

  private void given(Handed one) {
    for (Delivery<?> delivery : one.batch()) {
      String id = delivery.tenant() + "/" + delivery.id();
      Item item = items.get(id);
      if (item == null || item.effect.committedAt() >= one.begun()) {
        report(id, "was given before it was committed");
        continue;
      }
      String operation = item.effect.record().origin().operationId();
      if (!delivery.name().equals(item.stored.name())
          || !delivery.operationId().equals(operation)) {
        report(
            id, "was given as " + delivery + ", but is " + item.stored.name() + " of " + operation);
      }
      handed++;
      repeats += item.given.isEmpty() ? 0 : 1;
      item.given.add(one);
      if (one.doneBefore(Long.MAX_VALUE)) {
        item.doneBy.add(one.run());
      }
    }
  }

  /** Nothing of an entity is given before what came earlier is handled, or was given up. */
  private void inOrder(List<Handed> all) {
    Map<String, Item> last = new HashMap<>();
    for (Handed one : all) {
      Set<Item> together = new HashSet<>();
      for (Delivery<?> delivery : one.batch()) {
        Item item = items.get(delivery.tenant() + "/" + delivery.id());
        if (item == null) {
          return; // said already
        }
        List<Item> its = its(item);
        for (Item before : its.subList(0, item.place)) {
          boolean first = before.offset() > begunAfter && !together.contains(before);
          if (first && !before.done(-1, one.begun()) && !givenUp(before, one.begun())) {
            report(item.id, "was given before " + before.id + " was handled");
            return;
          }
        }
        together.add(item);
        follows(one, item, last);
      }
    }
  }

  private List<Item> its(Item item) {
    return byEntity.getOrDefault(item.effect.address().toString(), List.of());
  }

  /** One consumer may go back, but leaves out only what another one has handled. */
  private void follows(Handed one, Item item, Map<String, Item> last) {
    String key = one.run() + " " + item.effect.address();
    Item before = last.get(key);
    if (before != null && item.askedAt < one.begun()) {
      return; // a dead letter, out of its turn
    }
    last.put(key, item);
    if (before == null) {
      return;
    }
    for (int at = before.place + 1; at < item.place; at++) {
      Item between = its(item).get(at);
      boolean others = between.doneBy.stream().anyMatch(run -> run != one.run());
      boolean asked = between.askedAt < one.begun();
      if (!others && !asked && !givenUp(between, one.begun())) {
        report(item.id, "was given right after " + before.id + ", without " + between.id);
        return;
      }
    }
  }

  /** True if it was tried as often as may be. */
  private boolean givenUp(Item item, long before) {
    int attempts = model.options().retry().attempts();
    return item.given.stream()
        .anyMatch(
            one ->
                one.refusedBefore(before)
                    || (one.failedBefore(before) && attempt(one, item) >= attempts));
  }

  private int attempt(Handed one, Item item) {
    return one.batch().stream()
        .filter(delivery -> (delivery.tenant() + "/" + delivery.id()).equals(item.id))
        .mapToInt(Delivery::attempt)
        .findFirst()
        .orElse(0);
  }

  // ---- what was recorded ----

  private void recorded(Effect effect, StoredEvent stored) {
    SubscriptionEvent event = (SubscriptionEvent) records.decode(stored);
    long at = effect.committedAt();
    switch (event) {
      case SubscriptionEvent.Begun begun -> {
        begunAfter = begun.after();
        from(new Stretch(begun.after(), 0, at));
      }
      case SubscriptionEvent.Rewound to -> {
        rewinds++;
        from(new Stretch(to.after(), to.since(), at));
      }
      case SubscriptionEvent.Advanced to -> advanced(to.after(), at);
      case SubscriptionEvent.Died one -> died(one.letter(), at);
      case SubscriptionEvent.ReplayAsked asked ->
          state.dead().stream()
              .filter(one -> asked.id() == null || asked.id().equals(one.id()))
              .map(one -> items.get(one.id()))
              .forEach(one -> asked(one, at));
      case SubscriptionEvent.Replayed done -> replayed(done, at);
      case SubscriptionEvent.Paused ignored -> pauses++;
      case SubscriptionEvent.Discarded gone ->
          report(String.valueOf(gone.id()), "was discarded by nobody");
      case SubscriptionEvent.SlotsChanged ignored -> report("its slots", "changed in a lone shard");
      case SubscriptionEvent.Resumed _, SubscriptionEvent.Passed _ -> {
        // says nothing of what was handled
      }
    }
    state = (SubscriptionState) records.evolve(state, event);
  }

  private static void asked(@Nullable Item item, long at) {
    if (item != null) {
      item.askedAt = Math.min(item.askedAt, at);
    }
  }

  private void from(Stretch next) {
    stretch = next;
    checkedUpTo = next.after;
  }

  private boolean dead(Item item) {
    return state.dead().stream().anyMatch(letter -> letter.id().equals(item.id));
  }

  private void advanced(long upTo, long at) {
    for (Item item : items.values()) {
      if (item.offset() > checkedUpTo
          && item.offset() <= upTo
          && stretch.has(item)
          && !item.done(stretch.at, at)
          && !dead(item)) {
        report(item.id, "is behind the cursor at " + upTo + ", and was not handled");
        return;
      }
    }
    checkedUpTo = Math.max(checkedUpTo, upTo);
  }

  /** It died once, after all its attempts by one consumer. */
  private void died(DeadLetter letter, long at) {
    died++;
    Item item = items.get(letter.id());
    if (item == null || dead(item)) {
      report(letter.id(), item == null ? "died, and never was" : "died twice");
      return;
    }
    boolean refused = item.given.stream().anyMatch(one -> one.refusedBefore(at));
    int most = model.options().retry().attempts();
    if (!refused && letter.attempts() < most) {
      report(letter.id(), "died after " + letter.attempts() + " attempts of " + most);
    }
    boolean all =
        item.given.stream()
            .map(Handed::run)
            .distinct()
            .anyMatch(run -> attempts(item, run, at).size() >= letter.attempts());
    if (!all) {
      report(letter.id(), "died of " + letter.attempts() + " attempts that were never made");
    }
  }

  private Set<Integer> attempts(Item item, long run, long before) {
    Set<Integer> failed = new HashSet<>();
    for (Handed one : item.given) {
      if (one.run() == run && one.failedBefore(before)) {
        failed.add(attempt(one, item));
      }
    }
    return failed;
  }

  private void replayed(SubscriptionEvent.Replayed done, long at) {
    Item item = items.get(done.id());
    if (item == null) {
      report(done.id(), "was tried again, and never was");
    } else if (done.error() == null) {
      delivered++;
      if (!item.done(item.askedAt, at)) {
        report(done.id(), "is said to be delivered, and was not");
      }
    } else if (item.given.stream().noneMatch(one -> one.failedBefore(at))) {
      report(done.id(), "failed again: " + done.error() + ", and was not given to anybody");
    } else if (done.error().equals("the event cannot be read")) {
      report(done.id(), "was not tried again: " + done.error());
    }
  }
}
