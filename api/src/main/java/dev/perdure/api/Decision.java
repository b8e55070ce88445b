package dev.perdure.api;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an entity decides about a command: events and a reply, or a rejection by its own rules.
 *
 * @param <E> the events
 */
public sealed interface Decision<E> {

  /**
   * Accepted: the events become history, in order, all or none.
   *
   * @param events may be empty: the command then changes nothing and the version stays
   * @param reply written as JSON; null is an empty object
   */
  record Accepted<E>(List<E> events, @Nullable Object reply) implements Decision<E> {
    public Accepted {
      events = List.copyOf(events);
    }
  }

  /** Rejected by the entity's rules; a value, not an error. */
  record Rejected<E>(Rejection rejection) implements Decision<E> {
    public Rejected {
      Objects.requireNonNull(rejection, "rejection");
    }
  }

  /** Accepts with one event. */
  static <E> Decision<E> accept(E event, @Nullable Object reply) {
    return new Accepted<>(List.of(event), reply);
  }

  /** Accepts with any number of events. */
  static <E> Decision<E> accept(List<? extends E> events, @Nullable Object reply) {
    return new Accepted<>(List.copyOf(events), reply);
  }

  /** Accepts without an event: nothing happened, and this is the answer. */
  static <E> Decision<E> answer(@Nullable Object reply) {
    return new Accepted<>(List.of(), reply);
  }

  /** Rejects; see {@link Rejection} for the shape of {@code code}. */
  static <E> Decision<E> reject(String code, String detail) {
    return new Rejected<>(new Rejection(code, detail));
  }
}
