package dev.perdure.example.cascade;

import dev.perdure.guard.Caller;
import dev.perdure.guard.Time;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.IntStream;

/** How clients call. Thread-safe. */
@FunctionalInterface
interface Clients {

  /**
   * Makes one call.
   *
   * @param number counts the calls of a run from 0
   */
  Shot.Outcome call(int number);

  /**
   * People: each call comes from somebody else, who waits for {@link Script#PATIENCE}, says so in
   * the header {@code Perdure-Timeout}, and does not ask again.
   */
  static Clients people(HttpClient http, URI door) {
    HttpRequest request =
        HttpRequest.newBuilder(door)
            .timeout(Script.PATIENCE)
            .header("Perdure-Timeout", Script.PATIENCE.toMillis() + "ms")
            .build();
    return number -> {
      try {
        return outcome(http.send(request, BodyHandlers.discarding()));
      } catch (IOException e) {
        return Shot.Outcome.GAVE_UP;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Shot.Outcome.GAVE_UP;
      }
    };
  }

  private static Shot.Outcome outcome(HttpResponse<Void> answer) {
    if (answer.statusCode() != 200) {
      return Shot.Outcome.FAILED;
    }
    boolean whole = answer.headers().firstValue(Service.WITHOUT).isEmpty();
    return whole ? Shot.Outcome.WHOLE : Shot.Outcome.PARTIAL;
  }

  /**
   * Programs that call in turn, each through a line of its own: what one learns of the service no
   * other knows.
   */
  static Clients swarm(List<Stack.Line> lines) {
    return number -> {
      Stack.Line line = lines.get(number % lines.size());
      try {
        Caller caller = Caller.none().within(Script.PATIENCE, Time.system());
        return caller.call(line::call) == 200 ? Shot.Outcome.WHOLE : Shot.Outcome.FAILED;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Shot.Outcome.GAVE_UP;
      } catch (Exception e) {
        // Refused, timed out, or no connection: its stack says that there is no answer.
        return Shot.Outcome.FAILED;
      }
    };
  }

  /** A swarm of so many, each with a line of its own. */
  static Clients swarm(int clients, Stack stack, HttpClient http, URI door) {
    return swarm(
        IntStream.range(0, clients).mapToObj(i -> stack.line(Shape.PATIENT, http, door)).toList());
  }
}
