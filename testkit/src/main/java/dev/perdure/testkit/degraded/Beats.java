package dev.perdure.testkit.degraded;

import dev.perdure.api.Decision;
import dev.perdure.api.Delivery;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Subscription;
import dev.perdure.api.SubscriptionOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Something that happens, for handlers to be told of. */
@Named(Beats.NAME)
final class Beats implements Entity<Beats.State, Beats.Beat, Beats.Beaten> {

  static final String NAME = "beats";

  /** Nothing. */
  record State() {}

  /** One more. */
  record Beat(int number) {}

  /** There was one more. */
  @Named("beaten")
  record Beaten(int number) {}

  @Override
  public State initial() {
    return new State();
  }

  @Override
  public Decision<Beaten> decide(State state, Beat command, Operation operation) {
    return Decision.accept(new Beaten(command.number()), null);
  }

  @Override
  public State evolve(State state, Beaten event) {
    return state;
  }

  /**
   * Hears of it with the options of a service's subscription, and calls nothing.
   *
   * @param heard in order
   */
  record Hearer(SubscriptionOptions options, List<Integer> heard) implements Subscription<Beaten> {

    Hearer(SubscriptionOptions options) {
      this(options, new CopyOnWriteArrayList<>());
    }

    @Override
    public String name() {
      return "hearer";
    }

    @Override
    public String entity() {
      return NAME;
    }

    @Override
    public void handle(List<Delivery<Beaten>> batch) {
      batch.forEach(one -> heard.add(one.event().number()));
    }
  }
}
