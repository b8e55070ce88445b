package dev.perdure.runtime.consume;

import dev.perdure.api.Delivery;
import dev.perdure.api.Retry;
import dev.perdure.api.RetryAfter;
import dev.perdure.api.Undeliverable;
import dev.perdure.runtime.mode.Said;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.subscription.DeadLetter;
import dev.perdure.runtime.type.SubscriptionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands events to the author's code: all at once, and if that fails one after the other, each as
 * often as its retry allows.
 */
final class Handling {

  private static final int ERROR_LENGTH_MAX = 500;
  private static final Duration PASSING = Duration.ofMillis(200);

  /** How soon a guard is asked again; that costs nothing. */
  private static final Duration UNSENT = Duration.ofSeconds(1);

  private final ConsumeParts parts;
  private final SubscriptionModel model;
  private final Effecting effecting;
  private final Pause pause;
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile String error = "";

  /** Why the last attempt failed that was one. */
  private String before = "";

  /** Waits between two attempts; throws if the consumer is not to go on with what it does. */
  interface Pause {
    void sleep(Duration time);
  }

  /** Its dependency was not asked: says nothing of the events, and is no attempt. */
  private static final class Unsent extends Exception {
    private static final long serialVersionUID = 1;

    final transient Duration rest;

    Unsent(Said.NotSent no) {
      super("not-sent: " + no.detail(), null, false, false);
      this.rest = no.shortly() ? PASSING : UNSENT;
    }
  }

  /** Its dependency is still away: says nothing of the events either. */
  private static final class Probed extends Exception {
    private static final long serialVersionUID = 1;

    Probed(Throwable cause) {
      super(null, cause, false, false);
    }
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
    if (together) {
      Throwable failure = sent(events, 1);
      if (failure == null) {
        delivered.addAndGet(events.size());
        return dead;
      }
      rest(Duration.ZERO, failure); // and a consumer that stops does not begin anew, one by one
    }
    boolean back = parts.has(PlantedBug.SPLIT_BACKWARDS);
    for (Event one : back ? events.reversed() : events) {
      DeadLetter letter = single(one, together ? 2 : 1, dead.size() < room);
      if (letter != null) {
        dead.add(letter);
      }
    }
    return dead;
  }

  /**
   * What came of an event that was tried once more.
   *
   * @param failure why it was not handled; null if it was
   * @param later true if that says nothing of the event: it is to be tried yet again
   * @param rest how long the other side wants to be left alone, at least
   */
  record Again(@Nullable String failure, boolean later, Duration rest) {}

  /** Tries an event once more. */
  Again again(Event event) {
    while (true) {
      Throwable failure = sent(List.of(event), 1);
      if (failure == null) {
        return new Again(null, false, Duration.ZERO);
      }
      if (!(failure instanceof Effecting.Passing)) {
        return new Again(text(failure), later(failure), asked(failure));
      }
      pause.sleep(PASSING);
    }
  }

  /** Who never gives up an event does not give up its letter, unless that is what is refused. */
  private boolean later(Throwable failure) {
    boolean patient = model.options().retry().attempts() == Integer.MAX_VALUE;
    return failure instanceof RetryAfter || (patient && !refused(failure));
  }

  private static boolean refused(Throwable failure) {
    return failure instanceof Effecting.Refused || failure instanceof Undeliverable;
  }

  private @Nullable DeadLetter single(Event event, int first, boolean mayDie) {
    Retry retry = model.options().retry();
    int attempt = first;
    while (true) {
      Throwable failure = sent(List.of(event), attempt);
      if (failure == null) {
        delivered.incrementAndGet();
        return null;
      }
      boolean passing = failure instanceof Effecting.Passing;
      boolean over =
          refused(failure) || attempt >= retry.attempts() || parts.has(PlantedBug.DEAD_AT_ONCE);
      if (over && !passing && mayDie) {
        pause.sleep(Duration.ZERO); // what fails because the consumer stops is no dead letter
        return event.dead(text(failure), attempt, parts.nowMicros());
      }
      Duration wait = passing ? PASSING : retry.after(attempt);
      rest(over ? longer(wait, PASSING) : wait, failure);
      attempt += passing ? 0 : 1;
    }
  }

  /** One attempt that was one, however long its dependency lets it wait. */
  private @Nullable Throwable sent(List<Event> events, int attempt) {
    while (true) {
      Throwable failure = attempt(events, attempt);
      switch (failure) {
        case Unsent unsent -> pause.sleep(unsent.rest);
        case Probed probe -> rest(UNSENT, probe.getCause());
        case null, default -> {
          return failure;
        }
      }
    }
  }

  /** Waits, at least as long as the other side wants it, and says so: it may take a while. */
  private void rest(Duration time, @Nullable Throwable failure) {
    Duration asked = asked(failure);
    if (!asked.isZero()) {
      error = before + "; next attempt in " + longer(time, asked).toSeconds() + " s";
    }
    pause.sleep(longer(time, asked));
  }

  /** What the other side wants to be waited; within limits also if a class of its own says it. */
  private static Duration asked(@Nullable Throwable failure) {
    Duration asked = failure instanceof RetryAfter later ? later.delay() : Duration.ZERO;
    return asked.compareTo(RetryAfter.LONGEST) > 0 ? RetryAfter.LONGEST : asked;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
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
        hand(batch);
      }
      before = "";
      error = "";
      return null;
    } catch (Unsent e) {
      error = clipped(e.getMessage() + (before.isEmpty() ? "" : "; before that: " + before));
      return e;
    } catch (Probed e) {
      failed(Objects.requireNonNull(e.getCause()));
      return e;
    } catch (Throwable e) {
      failed(e);
      return e;
    }
  }

  private void failed(Throwable e) {
    failures.incrementAndGet();
    before = text(e);
    error = before;
  }

  /** Runs the author's code, for as long as it may take, by way of what it calls. */
  private void hand(List<Delivery<Object>> batch) throws Throwable {
    String dependency = model.options().dependency();
    InTime.Work work = () -> model.handle(batch);
    if (dependency.isEmpty()) {
      InTime.run(parts.alarm(), model, work);
      return;
    }
    Said said =
        parts
            .outside()
            .handle(
                dependency,
                () -> {
                  InTime.run(parts.alarm(), model, work);
                  return null;
                });
    switch (said) {
      case Said.Threw threw -> throw threw.probe() ? new Probed(threw.error()) : threw.error();
      case Said.NotSent no -> throw new Unsent(no);
      default -> {
        // handled
      }
    }
  }

  private static String text(Throwable error) {
    String message = error.getMessage();
    boolean own = error instanceof Effecting.Passing || refused(error);
    String text =
        own
            ? String.valueOf(message)
            : error.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    return clipped(text);
  }

  private static String clipped(String text) {
    return text.length() > ERROR_LENGTH_MAX ? text.substring(0, ERROR_LENGTH_MAX) : text;
  }
}
