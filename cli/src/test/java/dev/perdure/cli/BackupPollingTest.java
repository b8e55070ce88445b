package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perdure.cli.terminal.Exit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code backup create} makes of answers that a healthy node does not give. */
class BackupPollingTest {

  private static final String RUNS = "{\"run\": \"7\", \"running\": true}";
  private static final String MADE =
      "{\"run\": \"7\", \"running\": false, \"problem\": \"\", \"made\": {\"id\": \"b\"}}";

  private final Deque<String> answers = new ArrayDeque<>();
  private final StringWriter err = new StringWriter();
  private volatile boolean ended;
  private HttpServer node;

  @BeforeEach
  void startNode() throws IOException {
    node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.createContext("/admin/v1/backup", this::answer);
    node.start();
  }

  @AfterEach
  void stopNode() {
    node.stop(0);
  }

  /** An empty answer is none: the connection is closed. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      ended |= exchange.getRequestMethod().equals("DELETE");
      exchange.getRequestBody().readAllBytes();
      String next = answers.size() > 1 ? answers.remove() : answers.element();
      if (!next.isEmpty()) {
        byte[] body = next.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(next.contains("\"status\"") ? 503 : 200, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private int create(String... said) {
    answers.addAll(List.of(said));
    String[] arguments = {
      "backup", "create", "--to", "x", "--admin", "http://127.0.0.1:" + node.getAddress().getPort()
    };
    return Commands.commandLine(arguments).setErr(new PrintWriter(err, true)).execute(arguments);
  }

  @Test
  void asksAgainWhenTheNodeDoesNotAnswerOnce() {
    String busy = "{\"status\": 503, \"detail\": \"the node is starting\"}";
    assertThat(create(RUNS, "", busy, RUNS, MADE)).isEqualTo(Exit.DONE);
    assertThat(ended).isFalse();
  }

  @Test
  void takesNoBackupForMadeThatTheNodeDoesNotSayIsMade() {
    assertThat(create(RUNS, "{\"run\": \"7\", \"running\": false, \"problem\": \"\"}"))
        .isEqualTo(Exit.FAILED);
    assertThat(err.toString()).contains("does not say that a backup was made");
  }

  @Test
  void takesNoOtherBackupForItsOwn() {
    assertThat(create(RUNS, RUNS, MADE.replace("7", "8"))).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).contains("what became of this backup");
    assertThat(ended).as("the other backup goes on").isFalse();
  }
}
