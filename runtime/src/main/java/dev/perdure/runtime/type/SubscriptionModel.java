package dev.perdure.runtime.type;

import dev.perdure.api.Delivery;
import dev.perdure.api.Effect;
import dev.perdure.api.Reaction;
import dev.perdure.api.Subscription;
import dev.perdure.api.SubscriptionOptions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One subscription or reaction: its name, whose events it wants, and the author's code. */
public final class SubscriptionModel {

  private final String name;
  private final EntityModel entity;
  private final SubscriptionOptions options;
  private final @Nullable Subscription<Object> subscription;
  private final @Nullable Reaction<Object> reaction;

  @SuppressWarnings("unchecked") // the events it gets are those of the entity that it names
  SubscriptionModel(String name, EntityModel entity, Subscription<?> subscription) {
    this.name = name;
    this.entity = entity;
    this.options = subscription.options();
    this.subscription = (Subscription<Object>) subscription;
    this.reaction = null;
  }

  @SuppressWarnings("unchecked") // as above
  SubscriptionModel(String name, EntityModel entity, Reaction<?> reaction) {
    this.name = name;
    this.entity = entity;
    this.options = reaction.options();
    this.subscription = null;
    this.reaction = (Reaction<Object>) reaction;
  }

  /** The stored name. */
  public String name() {
    return name;
  }

  /** Whose events it wants. */
  public EntityModel entity() {
    return entity;
  }

  public SubscriptionOptions options() {
    return options;
  }

  /** True if it says what is to be done, and does nothing itself. */
  public boolean reacts() {
    return reaction != null;
  }

  /** Runs the author's code. Not of one that reacts. */
  public void handle(List<Delivery<Object>> batch) throws Exception {
    Objects.requireNonNull(subscription).handle(batch);
  }

  /** Runs the author's code. Only of one that reacts. */
  public List<Effect> react(Delivery<Object> delivery) {
    return Objects.requireNonNull(reaction).react(delivery);
  }
}
