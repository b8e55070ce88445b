package dev.perdure.example.loans.replay;

import dev.perdure.example.loans.ApplicationCommand;
import dev.perdure.example.loans.OfferStatus;

/** What one row of the log means for the service. */
sealed interface Action {

  /** Of the row: its number within the case. */
  String operationId();

  /** A command to the application. */
  record Order(String operationId, String name, ApplicationCommand command) implements Action {}

  /** A signal to an offer's saga, which then tells the application of it. */
  record Tell(String operationId, int offer, OfferStatus status) implements Action {}
}
