package dev.perdure.testkit.degraded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.api.Entity;
import dev.perdure.api.Queue;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import dev.perdure.api.SubscriptionOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Generated tests of each degraded form, and of one that is declared wrongly. */
class DegradedFormsTest {

  @TempDir private Path folder;

  private record Order(String from, String to, long amount, List<String> lines) {}

  /** Loses what it is given. */
  record Forgetful(String what) {
    Forgetful {
      what = what + "!";
    }
  }

  private static Service of(Capability... declared) {
    return new Service() {
      @Override
      public String name() {
        return "some";
      }

      @Override
      public String version() {
        return "1";
      }

      @Override
      public List<Entity<?, ?, ?>> entities() {
        return List.of(new Beats());
      }

      @Override
      public List<Queue> queues() {
        return List.of(Queue.named("letters"));
      }

      @Override
      public List<Subscription<?>> subscriptions() {
        return List.of(
            new Beats.Hearer(SubscriptionOptions.defaults().withDependency("five").withBatch(7)));
      }

      @Override
      public List<Capability> capabilities() {
        return List.of(declared);
      }
    };
  }

  @TestFactory
  Stream<DynamicTest> everyForm() {
    return DegradedForms.of(
        of(
            Capability.critical("books").needs(Capability.JOURNAL),
            Capability.critical("checks").needs("one"),
            Capability.important("rates")
                .needs("two", Capability.JOURNAL)
                .degraded(Degraded.answer("none")),
            Capability.important("scores")
                .needs("three")
                .covers("beats", "letters")
                .degraded(Degraded.disabled("no scores")),
            Capability.optional("old")
                .needs("four")
                .degraded(Degraded.stale(Duration.ofMinutes(1))),
            Capability.optional("mail")
                .needs("five")
                .degraded(
                    Degraded.later(Order.class, (order, call) -> {}, Duration.ofHours(1), 10))),
        folder);
  }

  @Test
  void eachCapabilityHasATestAndEachNeedAndForm() {
    Service service =
        of(
            Capability.critical("books").needs(Capability.JOURNAL),
            Capability.optional("old")
                .needs("four")
                .degraded(Degraded.stale(Duration.ofMinutes(1))),
            Capability.optional("mail")
                .needs("five", "six")
                .degraded(
                    Degraded.later(Order.class, (order, call) -> {}, Duration.ofHours(1), 10)));
    assertThat(DegradedForms.of(service, folder).map(DynamicTest::getDisplayName))
        .containsExactly(
            "books: requests",
            "old: requests",
            "old without four",
            "old without four: age",
            "mail: requests",
            "mail without five",
            "mail without five: room, age and draining",
            "mail without five: a subscription's handler 7",
            "mail without six",
            "mail without six: room, age and draining");
  }

  /** A door that lets everything through, or nothing: neither is what was declared. */
  @Test
  void aDoorThatDoesNotHeedTheDeclarationIsFound() {
    Capability scores =
        Capability.important("scores")
            .needs("three")
            .covers("beats")
            .degraded(Degraded.disabled("no scores"));
    assertThatThrownBy(() -> requests(scores, 200, "{}"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("/v1/entities/beats/")
        .hasMessageContaining("while it is degraded: 200");
    assertThatThrownBy(() -> requests(scores, 503, "{\"code\":\"capability-degraded\"}"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("whole: 503 capability-degraded");
  }

  /** Nobody looked at the request: that says nothing of what is declared. */
  @Test
  void aDoorThatAnswersSomethingElseIsFound() {
    Capability checks = Capability.critical("checks").needs("one").covers("beats");
    for (String other : List.of("404 unknown-route", "500 internal", "503 no-leader")) {
      String[] answer = other.split(" ", 2);
      assertThatThrownBy(
              () ->
                  requests(checks, Integer.parseInt(answer[0]), "{\"code\":\"" + answer[1] + "\"}"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("whole: " + other);
    }
  }

  private void requests(Capability declared, int status, String answer) throws Throwable {
    DegradedForms.of(of(declared), folder, (service, data) -> door(status, answer))
        .filter(test -> test.getDisplayName().endsWith(": requests"))
        .findFirst()
        .orElseThrow()
        .getExecutable()
        .execute();
  }

  private static Door.Opened door(int status, String answer) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
      server.createContext(
          "/",
          exchange -> {
            boolean operator = exchange.getRequestURI().getPath().startsWith("/admin/");
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            try (exchange) {
              exchange.sendResponseHeaders(operator ? 200 : status, body.length);
              exchange.getResponseBody().write(body);
            }
          });
      server.start();
      URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
      return new Door.Opened(uri, uri, () -> server.stop(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void argumentsThatDoNotComeBackAreFound() {
    assertThatThrownBy(() -> Sample.of(Forgetful.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("do not come back");
  }
}
