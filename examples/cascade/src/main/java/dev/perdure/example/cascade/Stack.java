package dev.perdure.example.cascade;

import dev.perdure.guard.Caller;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How services call each other. Thread-safe. */
interface Stack extends AutoCloseable {

  /** How long breakers stay open at first; twice as long each time that their probes fail. */
  Duration OPEN_FIRST = Duration.ofSeconds(1);

  /** The longest that breakers stay open. */
  Duration OPEN_LONGEST = Duration.ofSeconds(5);

  /**
   * One service's way to another, with all that is remembered of it: made once for each pair, used
   * by all requests.
   *
   * @param to the name of the one that is called
   * @param http the calling service's client
   * @param at where the other one is
   */
  Line line(String to, HttpClient http, URI at);

  /** A way from one service to another. */
  @FunctionalInterface
  interface Line {
    /**
     * Calls.
     *
     * @return the status of the answer
     * @throws Exception when there is none
     */
    int call() throws Exception;
  }

  /**
   * On whose behalf a request is worked on: until when, above all. Work that has expired when its
   * turn comes is dropped; without a deadline nothing ever expires.
   *
   * @param header the value of one of the request's headers, null if there is none
   */
  default Caller caller(Function<String, @Nullable String> header) {
    return Caller.none();
  }

  @Override
  default void close() {}

  /**
   * Does a status say that the service itself is ill? 502 and 504 say that something behind it is:
   * the service that says so is well, or it could not. Every stack judges alike.
   */
  static boolean ill(int status) {
    return status >= 500 && status != 502 && status != 504;
  }
}
