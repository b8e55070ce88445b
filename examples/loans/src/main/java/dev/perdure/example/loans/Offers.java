package dev.perdure.example.loans;

import dev.perdure.api.Delivery;
import dev.perdure.api.Effect;
import dev.perdure.api.Named;
import dev.perdure.api.Reaction;
import dev.perdure.example.loans.ApplicationEvent.OfferSelected;
import java.util.List;

/** Begins the saga of each offer that is selected. */
@Named("offers")
public final class Offers implements Reaction<ApplicationEvent> {

  @Override
  public String entity() {
    return "application";
  }

  @Override
  public List<Effect> react(Delivery<ApplicationEvent> delivery) {
    return delivery.event() instanceof OfferSelected selected
        ? List.of(
            Effect.start(
                "offer",
                Offer.id(delivery.entity(), selected.offer()),
                new Offer.Input(delivery.entity(), selected.offer())))
        : List.of();
  }
}
