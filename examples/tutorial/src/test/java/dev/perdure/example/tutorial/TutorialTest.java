package dev.perdure.example.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/tutorial.md tells the reader to do, with a real process, and compares. */
class TutorialTest {

  private static final long PATIENCE_NS = 60_000_000_000L;
  private static final Pattern STEP =
      Pattern.compile("(?m)^```(sh|http)\n(.*?)^```$", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Process> started = new ArrayList<>();
  private Process node;
  private int port;

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void everyRequestIsAnsweredAsShown() throws Exception {
    String text = Files.readString(Path.of(System.getProperty("perdure.root"), "docs/tutorial.md"));
    start();
    HttpResponse<String> answer = null;
    int compared = 0;
    for (Matcher step = STEP.matcher(text); step.find(); ) {
      String block = step.group(2);
      if (step.group(1).equals("http")) {
        expect(answer, block);
        compared++;
      } else if (block.startsWith("curl")) {
        answer = client.send(request(block.strip()), HttpResponse.BodyHandlers.ofString());
      } else if (block.startsWith("kill -9")) {
        killAndStartAgain();
      }
    }
    assertThat(compared).as("answers compared").isEqualTo(6);
  }

  private static void expect(HttpResponse<String> answer, String block) {
    String[] headAndBody = block.split("\n\n", 2);
    List<String> head = headAndBody[0].lines().toList();
    assertThat(answer.statusCode())
        .as(block)
        .isEqualTo(Integer.parseInt(head.getFirst().split(" ", 3)[1]));
    for (String line : head.subList(1, head.size())) {
      String[] header = line.split(": ", 2);
      assertThat(answer.headers().firstValue(header[0])).as(block).contains(header[1]);
    }
    boolean replayed = head.contains("Idempotency-Replayed: true");
    assertThat(answer.headers().firstValue("Idempotency-Replayed").isPresent())
        .as(block)
        .isEqualTo(replayed);
    if (headAndBody.length == 2) {
      assertThat(answer.body().strip()).isEqualTo(headAndBody[1].strip());
    }
  }

  /** Reads a command line of curl: what the tutorial uses of it. */
  private HttpRequest request(String line) {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    List<String> words = new ArrayList<>();
    for (Matcher word = WORD.matcher(line); word.find(); ) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    for (int i = 1; i < words.size(); i++) {
      switch (words.get(i)) {
        case "-i" -> {}
        case "-H" -> {
          String[] header = words.get(++i).split(": ", 2);
          request.header(header[0], header[1]);
        }
        case "-d" -> request.POST(HttpRequest.BodyPublishers.ofString(words.get(++i)));
        default -> request.uri(URI.create(words.get(i).replace(":7400", ":" + port)));
      }
    }
    return request.build();
  }

  private void killAndStartAgain() throws Exception {
    node.destroyForcibly();
    assertThat(node.waitFor(60, TimeUnit.SECONDS)).as("killed").isTrue();
    start();
  }

  private void start() throws IOException, InterruptedException {
    port = freePort();
    int adminPort = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PERDURE_API_PORT", String.valueOf(port));
    builder.environment().put("PERDURE_ADMIN_PORT", String.valueOf(adminPort));
    builder.environment().put("PERDURE_DATA_DIR", directory.resolve("data").toString());
    builder.redirectErrorStream(true).redirectOutput(directory.resolve("node.log").toFile());
    node = builder.start();
    started.add(node);
    awaitReady(adminPort);
  }

  private void awaitReady(int adminPort) throws IOException, InterruptedException {
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://localhost:" + adminPort + "/readyz")).build();
    long deadline = System.nanoTime() + PATIENCE_NS;
    while (true) {
      try {
        if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > deadline || !node.isAlive()) {
          throw new IOException(Files.readString(directory.resolve("node.log")), e);
        }
      }
      assertThat(System.nanoTime()).as("ready within a minute").isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
