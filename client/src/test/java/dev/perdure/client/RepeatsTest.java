package dev.perdure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent again, under which id, and what is said in the end. */
class RepeatsTest {

  private ScriptedNode node;

  @BeforeEach
  void start() throws IOException {
    node = new ScriptedNode();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Answer add(Duration timeout) {
    try (PerdureClient client = PerdureClient.builder(node.url()).timeout(timeout).build()) {
      return client.command("counter", "a", "add", new Counter.Add(1));
    }
  }

  private Answer add() {
    return add(Duration.ofSeconds(20));
  }

  @Test
  void whateverPassesIsSentAgainUnderTheSameId() {
    node.thenProblem(503, "overloaded", 0)
        .thenBreaks()
        .thenProblem(504, "outcome-unknown", 0)
        .thenProblem(500, "internal", 0)
        .then(502, "<html>a proxy</html>")
        .then(200, "{\"sum\":1}");
    assertThat(add()).isEqualTo(new Answer.Done(3, "{\"sum\":1}", false));
    assertThat(node.keys).hasSize(6);
    assertThat(new HashSet<>(node.keys)).hasSize(1);
    assertThat(node.keys.getFirst()).matches("\"[ -~]{20,}\"");
  }

  @Test
  void howMuchItMattersIsSaidWithEveryAttempt() {
    node.thenBreaks().then(200, "{\"sum\":1}");
    try (PerdureClient client = PerdureClient.builder(node.url()).urgency(1).build()) {
      client.command("counter", "a", "add", new Counter.Add(1));
    }
    assertThat(node.priorities).containsExactly("u=1", "u=1");
    assertThatThrownBy(() -> PerdureClient.builder(node.url()).urgency(8))
        .hasMessageContaining("0 to 7");
  }

  @Test
  void whatWasRejectedIsNeverSentAgain() {
    node.then(409, "{\"code\":\"not-positive\",\"detail\":\"no\"}");
    Answer answer = add();
    assertThat(answer).isEqualTo(new Answer.Rejected(3, "not-positive", "no", false));
    assertThatThrownBy(answer::orThrow)
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("not-positive");
    assertThat(node.keys).hasSize(1);
  }

  @Test
  void whatIsTheCallersMistakeIsNotSentAgainAndKnownNotToBeExecuted() {
    node.thenProblem(422, "invalid-body", 0);
    PerdureException failure = catchThrowableOfType(PerdureException.class, this::add);
    assertThat(failure).isNotInstanceOf(OutcomeUnknownException.class);
    assertThat(failure.code()).isEqualTo("invalid-body");
    assertThat(failure.status()).isEqualTo(422);
    assertThat(node.keys).hasSize(1);
  }

  @Test
  void comesAgainNoSoonerThanTheNodeSays() {
    node.thenProblem(503, "overloaded", 1).then(200, "{}");
    add();
    assertThat(node.askedNs.get(1) - node.askedNs.get(0)).isGreaterThanOrEqualTo(1_000_000_000L);
  }

  @Test
  void whatMayHaveBeenExecutedIsSaidToBeUnknownWithItsId() {
    node.thenBreaks().thenProblem(503, "no-leader", 0);
    OutcomeUnknownException unknown =
        catchThrowableOfType(OutcomeUnknownException.class, () -> add(Duration.ofMillis(600)));
    assertThat("\"" + unknown.operationId() + "\"").isEqualTo(node.keys.getFirst());
    assertThat(unknown).hasMessageContaining(unknown.operationId());
    assertThat(node.keys.size()).isGreaterThan(1);
  }

  @Test
  void whatWasOnlyRefusedIsNotSaidToBeUnknown() {
    node.thenProblem(503, "no-leader", 0);
    PerdureException failure =
        catchThrowableOfType(PerdureException.class, () -> add(Duration.ofMillis(400)));
    assertThat(failure).isNotInstanceOf(OutcomeUnknownException.class);
    assertThat(failure.code()).isEqualTo("no-leader");
  }

  @Test
  void anotherVersionSaysForGoodThatNothingWasExecuted() {
    node.thenBreaks().thenProblem(412, "version-mismatch", 0);
    PerdureException failure = catchThrowableOfType(PerdureException.class, this::add);
    assertThat(failure).isNotInstanceOf(OutcomeUnknownException.class);
    assertThat(failure.code()).isEqualTo("version-mismatch");
  }

  @Test
  void anotherNodeIsAskedWhenOneIsNotThere() throws IOException {
    node.then(200, "{\"sum\":1}");
    String nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = "http://127.0.0.1:" + socket.getLocalPort();
    }
    try (PerdureClient client = PerdureClient.of(nobody, node.url())) {
      for (int i = 0; i < 10; i++) {
        assertThat(client.get("counter", "a").orElseThrow().json()).isEqualTo("{\"sum\":1}");
      }
    }
  }

  @Test
  void repeatsOfAllCallsTogetherAreBounded() {
    node.thenProblem(503, "overloaded", 0);
    long beganNs = System.nanoTime();
    try (PerdureClient client =
        PerdureClient.builder(node.url()).timeout(Duration.ofMillis(300)).retries(0.1, 1).build()) {
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> client.get("counter", "a")).isInstanceOf(PerdureException.class);
      }
    }
    // Ten calls, the repeat that they bring together, one to begin with, and one for each second.
    int seconds = (int) ((System.nanoTime() - beganNs) / 1_000_000_000L) + 1;
    assertThat(node.keys.size()).isBetween(1, 10 + 1 + 1 + seconds);
  }

  @Test
  void aBatchStopsBehindALineThatFailedAndRepeatsTheRest() {
    String done = "{\"status\":200,\"version\":1,\"body\":{}}\n";
    String wrong = problem(422, "invalid-body");
    String behind = problem(503, "predecessor");
    node.then(200, done + wrong + behind + behind).then(200, done);
    List<BatchAnswer> answers;
    try (PerdureClient client = PerdureClient.of(node.url())) {
      answers =
          client.batch(
              List.of(
                  Command.of("counter", "a", "add", new Counter.Add(1)),
                  Command.of("counter", "b", "add", "{\"amount\":1.50}"),
                  Command.of("counter", "b", "add", new Counter.Add(1)),
                  Command.of("counter", "c", "add", new Counter.Add(1))
                      .withOperationId("mine")
                      .withIfVersion(0)));
    }
    assertThat(answers.get(0).answer()).isEqualTo(new Answer.Done(1, "{}", false));
    assertThat(answers.get(1).failure()).hasMessageContaining("invalid-body");
    assertThat(answers.get(2).failure()).hasMessageContaining("predecessor");
    assertThat(answers.get(3).orThrow().version()).isEqualTo(1);
    assertThat(node.bodies).hasSize(2);
    assertThat(node.bodies.getFirst()).contains("{\"amount\":1.50}");
    assertThat(node.bodies.getLast().lines().toList())
        .singleElement()
        .asString()
        .contains("\"key\":\"mine\"", "\"id\":\"c\"", "\"if_match\":0");
  }

  private static String problem(int status, String code) {
    return "{\"status\":"
        + status
        + ",\"problem\":{\"code\":\""
        + code
        + "\",\"detail\":\"as told\"}}\n";
  }
}
