package dev.perdure.testkit.check;

import dev.perdure.runtime.queue.MessageEvent;
import dev.perdure.runtime.queue.MessageState;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads in the committed log what became of the messages of queues, and compares it with what
 * senders and workers were told.
 */
public final class QueueCheck {

  private final Consumer<Violation> violations;
  private final EntityModel messages;
  private final Map<EntityAddress, Course> courses = new LinkedHashMap<>();
  private long done;
  private long dead;
  private long again;

  /** Of a run whose newest code has these types. */
  public QueueCheck(Consumer<Violation> violations, TypeRegistry types) {
    this.violations = violations;
    this.messages = types.messages();
  }

  /** What somebody was told of a message. */
  public enum What {
    SENT,
    LEASED,
    ACKED
  }

  /**
   * What somebody was told of a message.
   *
   * @param token of the lease; empty for a message that was sent
   * @param at the world's order
   */
  public record Told(EntityAddress message, What what, String token, long at) {}

  /** What the log has of one message: what happened when, by the order of commits. */
  private static final class Course {
    private MessageState state;
    private final Map<String, Long> committed = new HashMap<>();
    private boolean replied;

    Course(MessageState initial) {
      state = initial;
    }
  }

  /** Compares everything. */
  public void run(List<Effect> log, List<Told> told) {
    log.stream().filter(one -> one.address().type().equals(messages.name())).forEach(this::read);
    courses.forEach(this::ended);
    told.forEach(this::told);
    log.forEach(this::delivered);
    courses.forEach(
        (message, course) -> {
          if (course.replied) {
            report(message, "is said to be told to its saga, which was told nothing");
          }
        });
  }

  private void report(EntityAddress message, String detail) {
    violations.accept(new Violation(Checker.QUEUES, message.toString(), message + ": " + detail));
  }

  private void read(Effect effect) {
    EntityAddress message = effect.address();
    Course course =
        courses.computeIfAbsent(message, ignored -> new Course((MessageState) messages.initial()));
    for (StoredEvent stored : effect.record().events()) {
      MessageEvent event = (MessageEvent) messages.decode(stored);
      String broken = broken(course.state, event, effect.record().stamp());
      if (broken != null) {
        report(message, broken);
      }
      String what = what(course.state, event);
      if (what != null) {
        course.committed.putIfAbsent(what, effect.committedAt());
      }
      again += event instanceof MessageEvent.Leased && course.state.attempts() > 0 ? 1 : 0;
      course.replied |= event instanceof MessageEvent.Replied one && one.error() == null;
      course.state = (MessageState) messages.evolve(course.state, event);
    }
  }

  /** What an event makes true, and under which lease. */
  private static @Nullable String what(MessageState before, MessageEvent event) {
    return switch (event) {
      case MessageEvent.Sent ignored -> What.SENT + " ";
      case MessageEvent.Leased leased -> What.LEASED + " " + leased.token();
      case MessageEvent.Acked ignored -> What.ACKED + " " + before.token();
      default -> null;
    };
  }

  /** What must not happen to a message as it stands; null if it may. */
  private static @Nullable String broken(MessageState before, MessageEvent event, long stamp) {
    MessageState.Phase phase = before.phase();
    if (phase == MessageState.Phase.DONE) {
      return "is done, and then there is " + event;
    }
    return switch (event) {
      case MessageEvent.Leased ignored when phase != MessageState.Phase.READY ->
          "is leased while it is " + phase;
      case MessageEvent.Leased ignored when before.readyAt() > stamp ->
          "is leased " + (before.readyAt() - stamp) + " µs before its time";
      case MessageEvent.Expired ignored when before.until() > stamp ->
          "its lease is over " + (before.until() - stamp) + " µs before its time";
      case MessageEvent.Acked ignored when phase != MessageState.Phase.LEASED ->
          "is done by nobody who has it: it is " + phase;
      default -> null;
    };
  }

  /** Every message was done, or waits for a person. */
  private void ended(EntityAddress message, Course course) {
    switch (course.state.phase()) {
      case DONE -> done++;
      case DEAD -> dead++;
      default -> report(message, "is " + course.state.phase() + " and nobody gets it any more");
    }
  }

  private void told(Told told) {
    Course course = courses.get(told.message);
    Long at = course == null ? null : course.committed.get(told.what + " " + told.token);
    if (at == null || at >= told.at) {
      report(
          told.message,
          "was said to be " + told.what + " " + told.token + ", which was not recorded then");
    }
  }

  /** A saga was told the result of a message. */
  private void delivered(Effect effect) {
    String id = effect.record().origin().operationId();
    if (id.startsWith("queue:")) {
      courses.forEach(
          (message, course) -> {
            String its = "queue:" + message.id();
            if (id.equals(its) || id.startsWith(its + ":")) {
              course.replied = false;
            }
          });
    }
  }

  /** What became of them. */
  public Counts counts() {
    return new Counts(courses.size(), done, dead, again);
  }

  /**
   * Messages by what became of them.
   *
   * @param again leases of one that had been leased before
   */
  public record Counts(long all, long done, long dead, long again) {}
}
