package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.example.ledger.LedgerService;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The examples of the HTTP reference, in their order, against a node with the ledger. */
class HttpReferenceTest {

  private static final String FENCE = "```";
  private static final String ANYTHING = "…";
  private static final int PATIENCE_MS = 20_000;

  @TempDir private Path folder;

  /**
   * A request or a response as the page shows it.
   *
   * @param line of the page, from 1
   * @param first its start line
   */
  private record Message(int line, String first, List<String> headers, String body) {

    static Message of(int line, List<String> lines) {
      int blank = lines.indexOf("");
      int end = blank < 0 ? lines.size() : blank;
      String body = blank < 0 ? "" : String.join("\n", lines.subList(blank + 1, lines.size()));
      return new Message(line, lines.getFirst(), lines.subList(1, end), body);
    }

    boolean response() {
      return first.startsWith("HTTP/");
    }

    byte[] bytes() {
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      String head = first + "\r\nHost: localhost\r\nConnection: close\r\n";
      String own = headers.isEmpty() ? "" : String.join("\r\n", headers) + "\r\n";
      String sized = length == 0 ? "\r\n" : "Content-Length: " + length + "\r\n\r\n";
      return (head + own + sized + body).getBytes(StandardCharsets.UTF_8);
    }
  }

  @Test
  void examplesAreWhatANodeAnswers() throws Exception {
    List<Message> shown = messages();
    ServerConfig config =
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, folder.resolve("data"))
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0);
    try (Perdure node =
        Perdure.start(config, new LedgerService(), new QueueCommandsTest.Reviews())) {
      for (int i = 0; i < shown.size(); i += 2) {
        Message request = shown.get(i);
        Message expected = shown.get(i + 1);
        assertThat(request.response()).as("line %d is a request", request.line()).isFalse();
        assertThat(expected.response()).as("line %d is a response", expected.line()).isTrue();
        compare(expected, exchange(node.apiPort(), request));
      }
    }
    assertThat(shown).hasSizeGreaterThan(20);
  }

  private static List<Message> messages() throws IOException {
    Path page = Path.of(System.getProperty("perdure.root"), "docs", "reference", "http.md");
    List<String> lines = Files.readAllLines(page);
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals(FENCE + "http")) {
        int start = i + 1;
        i = start;
        while (!lines.get(i).equals(FENCE)) {
          i++;
        }
        messages.add(Message.of(start + 1, lines.subList(start, i)));
      }
    }
    return messages;
  }

  private static Message exchange(int port, Message request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write(request.bytes());
      InputStream in = socket.getInputStream();
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Message.of(request.line(), List.of(all.split("\r?\n", -1)));
    }
  }

  private static void compare(Message expected, Message answer) {
    String where = "http.md, line " + expected.line() + ", answered: " + answer;
    assertThat(answer.first()).as(where).isEqualTo(expected.first());
    List<String> headers = answer.headers().stream().map(HttpReferenceTest::header).toList();
    for (String header : expected.headers()) {
      assertThat(headers).as(where).contains(header(header));
    }
    JsonMapper json = JsonMapper.shared();
    if (expected.headers().contains("Content-Type: application/x-ndjson")) {
      List<String> answers = answer.body().lines().filter(line -> line.startsWith("{")).toList();
      List<String> wanted = expected.body().lines().toList();
      assertThat(answers).as(where).hasSameSizeAs(wanted);
      for (int i = 0; i < wanted.size(); i++) {
        same(where, json.readTree(wanted.get(i)), json.readTree(answers.get(i)));
      }
    } else if (expected.body().isEmpty()) {
      assertThat(answer.body()).as(where).isEmpty();
    } else {
      same(where, json.readTree(expected.body()), json.readTree(answer.body()));
    }
  }

  private static String header(String line) {
    int colon = line.indexOf(':');
    return line.substring(0, colon).toLowerCase(Locale.ROOT) + ":" + line.substring(colon + 1);
  }

  private static void same(String where, JsonNode expected, JsonNode answer) {
    if (expected.isString() && expected.asString().equals(ANYTHING)) {
      return;
    }
    if (expected.isObject() && answer.isObject()) {
      assertThat(answer.propertyNames())
          .as(where)
          .containsExactlyElementsOf(expected.propertyNames());
      expected.propertyNames().forEach(name -> same(where, expected.get(name), answer.get(name)));
    } else if (expected.isArray() && answer.isArray()) {
      assertThat(answer.size()).as(where).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        same(where, expected.get(i), answer.get(i));
      }
    } else {
      assertThat(answer).as(where).isEqualTo(expected);
    }
  }
}
