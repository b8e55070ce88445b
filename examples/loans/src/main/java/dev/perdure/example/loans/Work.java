package dev.perdure.example.loans;

import dev.perdure.api.Delivery;
import dev.perdure.api.Effect;
import dev.perdure.api.Named;
import dev.perdure.api.Queue;
import dev.perdure.api.QueueMessage;
import dev.perdure.api.Reaction;
import dev.perdure.api.Retry;
import dev.perdure.example.loans.ApplicationEvent.WorkScheduled;
import java.time.Duration;
import java.util.List;

/** Puts each work item that is scheduled on the queue of the desks. */
@Named("work")
public final class Work implements Reaction<ApplicationEvent> {

  /**
   * What a desk leases.
   *
   * @param application its id
   * @param item what is to be done
   * @param number which scheduling of the item it is, from 1
   */
  public record Message(String application, String item, int number) {}

  /** A desk that puts work back has not failed: nothing becomes a dead letter by that. */
  private static final int ATTEMPTS_MAX = 1_000_000;

  static final Queue QUEUE =
      Queue.named("work")
          .withRetry(new Retry(ATTEMPTS_MAX, Duration.ofSeconds(1), 2, Duration.ofMinutes(1)));

  @Override
  public String entity() {
    return "application";
  }

  @Override
  public List<Effect> react(Delivery<ApplicationEvent> delivery) {
    return delivery.event() instanceof WorkScheduled work
        ? List.of(
            Effect.send(
                QUEUE.name(),
                QueueMessage.of(new Message(delivery.entity(), work.item(), work.number()))))
        : List.of();
  }
}
