package dev.perdure.example.tutorial;

import dev.perdure.client.Answer;
import dev.perdure.client.Command;
import dev.perdure.client.PerdureClient;

/** Books seats from another program. */
final class Booking {

  private Booking() {}

  /** Books seats; the same booking again books nothing more. */
  // docs: client
  static String book(PerdureClient client, String booking, long seats) {
    Command book =
        Command.of("show", "hamlet", "book", new Show.Book(seats)).withOperationId(booking);
    return switch (client.command(book)) {
      case Answer.Done done -> done.as(Show.State.class).free() + " seats are left";
      case Answer.Rejected rejected -> rejected.detail();
    };
  }
  // docs: end
}
