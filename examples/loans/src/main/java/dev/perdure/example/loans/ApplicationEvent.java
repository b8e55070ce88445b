package dev.perdure.example.loans;

import dev.perdure.api.Named;

/** What happened to an application. Names and fields are stored for ever. */
public sealed interface ApplicationEvent {

  /** It began, with the amount asked for. */
  @Named("submitted")
  record Submitted(long amount) implements ApplicationEvent {}

  /** It came to a {@link Stage}. */
  @Named("advanced")
  record Advanced(String to) implements ApplicationEvent {}

  /** An offer was selected; numbers count from 1. */
  @Named("offer-selected")
  record OfferSelected(int offer) implements ApplicationEvent {}

  /** An offer came to an {@link OfferStatus}. */
  @Named("offer-moved")
  record OfferMoved(int offer, String to) implements ApplicationEvent {}

  /** There was something to do, for the so-many-th time; numbers count from 1. */
  @Named("work-scheduled")
  record WorkScheduled(String item, int number) implements ApplicationEvent {}

  /** Somebody worked on it. */
  @Named("work-started")
  record WorkStarted(String item) implements ApplicationEvent {}

  /** Somebody did it. */
  @Named("work-completed")
  record WorkCompleted(String item) implements ApplicationEvent {}
}
