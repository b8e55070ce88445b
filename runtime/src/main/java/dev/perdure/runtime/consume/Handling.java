package dev.perdure.runtime.consume;

import dev.perdure.api.Delivery;
import dev.perdure.api.Retry;
import dev.perdure.api.Undeliverable;
import dev.perdure.runtime.subscription.DeadLetter;
import dev.perdure.runtime.type.SubscriptionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands events to the author's code: all at once, and if that fails one after the other, each as
 * often as its retry allows.
 */
final class Handling {

  private static final int ERROR_LENGTH_MAX = 500;
  private static final Duration PASSING = Duration.ofMillis(200);

  private final ConsumeParts parts;
  private final SubscriptionModel model;
  private final Effecting effecting;
  private final Pause pause;
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile String error = "";

  /** Waits between two attempts; throws if the consumer is not to go on with what it does. */
  interface Pause {
    void sleep(Duration time);
  }

  Handling(ConsumeParts parts, SubscriptionModel model, Pause pause) {
    this.parts = parts;
    this.model = model;
    this.effecting = new Effecting(parts, model.name());
    this.pause = pause;
  }

  long delivered() {
    return delivered.get();
  }

  long failures() {
    return failures.get();
  }

  /** Why the last attempt failed; empty if it did not. */
  String error() {
    return error;
  }

  /**
   * Handles events in order.
   *
   * @param room how many of them may die; an event for which there is none is tried again and again
   * @return those that died
   */
  List<DeadLetter> handle(List<Event> events, int room) {
    List<DeadLetter> dead = new ArrayList<>();
    boolean together = !model.reacts() && events.size() > 1;
    if (together && attempt(events, 1) == null) {
      delivered.addAndGet(events.size());
      return dead;
    }
    for (Event one : events) {
      DeadLetter letter = single(one, together ? 2 : 1, dead.size() < room);
      if (letter != null) {
        dead.add(letter);
      }
    }
    return dead;
  }

  /** Tries an event once more. Null if it is handled, else why not. */
  @Nullable String again(Event event) {
    while (true) {
      Throwable failure = attempt(List.of(event), 1);
      if (!(failure instanceof Effecting.Passing)) {
        return failure == null ? null : text(failure);
      }
      pause.sleep(PASSING);
    }
  }

  private @Nullable DeadLetter single(Event event, int first, boolean mayDie) {
    Retry retry = model.options().retry();
    int attempt = first;
    while (true) {
      Throwable failure = attempt(List.of(event), attempt);
      if (failure == null) {
        delivered.incrementAndGet();
        return null;
      }
      boolean passing = failure instanceof Effecting.Passing;
      boolean refused = failure instanceof Effecting.Refused || failure instanceof Undeliverable;
      boolean over = refused || attempt >= retry.attempts();
      if (over && !passing && mayDie) {
        pause.sleep(Duration.ZERO); // what fails because the consumer stops is no dead letter
        return event.dead(text(failure), attempt, parts.nowMicros());
      }
      Duration wait = passing ? PASSING : retry.after(attempt);
      pause.sleep(wait.compareTo(PASSING) < 0 && over ? PASSING : wait);
      attempt += passing ? 0 : 1;
    }
  }

  /** Null if all of them are handled. */
  private @Nullable Throwable attempt(List<Event> events, int attempt) {
    try {
      List<Delivery<Object>> batch = new ArrayList<>(events.size());
      for (Event one : events) {
        batch.add(one.delivery(model, attempt));
      }
      if (model.reacts()) {
        effecting.run(events.getFirst(), model.react(batch.getFirst()));
      } else {
        model.handle(batch);
      }
      error = "";
      return null;
    } catch (Throwable e) {
      failures.incrementAndGet();
      error = text(e);
      return e;
    }
  }

  private static String text(Throwable error) {
    String message = error.getMessage();
    boolean own =
        error instanceof Effecting.Passing
            || error instanceof Effecting.Refused
            || error instanceof Undeliverable;
    String text =
        own
            ? String.valueOf(message)
            : error.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    return text.length() > ERROR_LENGTH_MAX ? text.substring(0, ERROR_LENGTH_MAX) : text;
  }
}
