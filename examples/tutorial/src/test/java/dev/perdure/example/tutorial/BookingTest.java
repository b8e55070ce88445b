package dev.perdure.example.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.client.Answer;
import dev.perdure.client.BatchAnswer;
import dev.perdure.client.Command;
import dev.perdure.client.Events;
import dev.perdure.client.OperationStatus;
import dev.perdure.client.PerdureClient;
import dev.perdure.client.State;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that the documents show, and the rest of it, against a node. */
class BookingTest {

  @TempDir Path folder;

  private Perdure start() {
    return Perdure.start(
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, folder.resolve("data"))
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0),
        new BoxOffice());
  }

  @Test
  void booksOnceAndSaysWhatIsLeft() {
    try (Perdure node = start();
        PerdureClient client = PerdureClient.of("http://127.0.0.1:" + node.apiPort())) {
      assertThat(Booking.book(client, "anna-1", 3)).isEqualTo("97 seats are left");
      assertThat(Booking.book(client, "anna-1", 3)).isEqualTo("97 seats are left");
      assertThat(Booking.book(client, "ben-1", 98)).isEqualTo("97 seats are free");
    }
  }

  @Test
  void readsStateEventsAndOperationsAndSendsBatches() {
    try (Perdure node = start();
        PerdureClient client = PerdureClient.of("http://127.0.0.1:" + node.apiPort() + "/")) {
      assertThat(client.get("show", "lear")).isEmpty();
      assertThat(client.events("show", "lear", 0)).isEmpty();
      String id = "  \"quoted\\ ";
      Command first =
          Command.of("show", "lear", "book", Map.of("seats", 2))
              .withOperationId(id)
              .withIfVersion(0);
      assertThat(client.command(first)).isEqualTo(new Answer.Done(1, "{\"free\":98}", false));
      assertThat(client.command(first)).isEqualTo(new Answer.Done(1, "{\"free\":98}", true));

      assertThat(client.get("show", "lear")).contains(new State(1, "{\"free\":98}", Duration.ZERO));
      assertThat(client.get("show", "lear", Duration.ofMillis(500)))
          .contains(new State(1, "{\"free\":98}", Duration.ZERO));
      Events events = client.events("show", "lear", 0).orElseThrow();
      assertThat(events.more()).isFalse();
      assertThat(events.events())
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.operationId()).isEqualTo(id);
                assertThat(event.type()).isEqualTo("booked");
                assertThat(event.as(Show.Booked.class)).isEqualTo(new Show.Booked(2));
              });
      assertThat(client.operation("show", "lear", id))
          .isInstanceOfSatisfying(
              OperationStatus.Recorded.class,
              recorded ->
                  assertThat(recorded.answer().orThrow().json()).isEqualTo("{\"free\":98}"));
      assertThat(client.operation("show", "lear", "never"))
          .isEqualTo(new OperationStatus.Unknown());

      List<BatchAnswer> answers =
          client.batch(
              List.of(
                  Command.of("show", "lear", "book", new Show.Book(98)).withIfVersion(1),
                  Command.of("show", "lear", "book", new Show.Book(1)),
                  Command.of("show", "macbeth", "book", "{\"seats\":1}").withIfVersion(0)));
      assertThat(answers.get(0).orThrow().orThrow().as(Show.State.class).free()).isZero();
      assertThat(answers.get(1).orThrow()).isInstanceOf(Answer.Rejected.class);
      assertThat(answers.get(2).orThrow().version()).isEqualTo(1);
    }
  }
}
