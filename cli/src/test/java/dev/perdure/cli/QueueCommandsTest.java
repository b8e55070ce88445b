package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Entity;
import dev.perdure.api.Queue;
import dev.perdure.api.Service;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Queues by command line, against a real node in this process. */
class QueueCommandsTest {

  private static final PrintStream OUT = System.out;
  private static final PrintStream ERR = System.err;

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Perdure node;

  /** The service. */
  static final class Reviews implements Service {
    @Override
    public String name() {
      return "reviews";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of();
    }

    @Override
    public List<Queue> queues() {
      return List.of(Queue.named("reviews"));
    }
  }

  @BeforeEach
  void start() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    node =
        Perdure.start(
            ServerConfig.defaults()
                .with(Keys.DATA_DIR, folder.resolve("data"))
                .with(Keys.API_PORT, 0)
                .with(Keys.ADMIN_PORT, 0),
            new Reviews());
  }

  @AfterEach
  void stop() {
    System.setOut(OUT);
    System.setErr(ERR);
    node.close();
  }

  private int api(String... arguments) {
    return run("--url=http://127.0.0.1:" + node.apiPort(), arguments);
  }

  private int admin(String... arguments) {
    return run("--admin=http://127.0.0.1:" + node.adminPort(), arguments);
  }

  private static int run(String where, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(where);
    String[] given = all.toArray(String[]::new);
    return Commands.commandLine(given).execute(given);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private String said() {
    String all = printed();
    out.reset();
    err.reset();
    return all;
  }

  private JsonNode json() {
    String all = out.toString(StandardCharsets.UTF_8);
    said();
    return JsonMapper.shared().readTree(all).path("body");
  }

  private String sent(String... more) {
    List<String> all = new ArrayList<>(List.of("queue", "send", "reviews", "--output", "json"));
    all.addAll(List.of(more));
    assertThat(api(all.toArray(String[]::new))).as(printed()).isZero();
    return json().path("id").asString();
  }

  private JsonNode leased() {
    assertThat(api("queue", "lease", "reviews", "--wait", "20s", "--output", "json")).isZero();
    return json().path("messages").path(0);
  }

  @Test
  void aMessageIsSentLeasedKeptGivenBackAndDone() {
    String id = sent("{\"loan\": 7}", "--key", "k", "--priority", "1");
    assertThat(id).startsWith("k-");
    String lease = leased().path("lease").asString();
    assertThat(lease).isNotEmpty();
    assertThat(api("queue", "extend", "reviews", id, lease, "--for", "10m")).as(printed()).isZero();
    assertThat(said()).contains(id + "  leased  1 attempts").contains("until ");
    assertThat(admin("queue", "list")).isZero();
    assertThat(said()).containsPattern("reviews +0 +0 +1 +0 ");
    assertThat(api("queue", "nack", "reviews", id, lease, "--delay", "0ms", "--reason", "busy"))
        .isZero();
    assertThat(said()).contains(id + "  ready").contains("busy");
    assertThat(api("queue", "ack", "reviews", id, lease)).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("409 lease-lost");
    JsonNode again = leased();
    assertThat(again.path("attempt").asInt()).isEqualTo(2);
    assertThat(
            api(
                "queue",
                "ack",
                "reviews",
                id,
                again.path("lease").asString(),
                "--result",
                "{\"approved\": true}"))
        .isZero();
    assertThat(said()).contains(id + "  done");
    assertThat(api("queue", "lease", "reviews")).isZero();
    assertThat(said()).contains("no messages");
  }

  @Test
  void deadLettersAreListedReplayedAndDiscarded() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ids.add(sent(Integer.toString(i)));
      String lease = leased().path("lease").asString();
      assertThat(api("queue", "nack", "reviews", ids.get(i), lease, "--dead", "--reason", "broken"))
          .isZero();
      said();
    }
    assertThat(admin("queue", "dead", "reviews")).isZero();
    assertThat(said()).contains(ids.get(0)).contains(ids.get(1)).contains("broken");
    assertThat(admin("queue", "replay", "reviews", "--message", ids.get(0), "--reason", "mended"))
        .isZero();
    assertThat(said()).contains(ids.get(0) + "  ready");
    assertThat(admin("queue", "discard", "reviews", "--all", "--reason", "old")).isZero();
    assertThat(said()).contains("1 decided about");
    assertThat(admin("queue", "show", "reviews")).isZero();
    assertThat(said()).contains("messages max             100000");
  }

  @Test
  void mistakesAreSaid() {
    assertThat(api("queue", "send", "reviews", "no json")).isEqualTo(Exit.USAGE);
    assertThat(said()).contains("'no json' is not JSON");
    assertThat(api("queue", "send", "none", "1")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("unknown-queue");
    assertThat(admin("queue", "show", "none")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("unknown-queue");
    assertThat(admin("queue", "discard", "reviews", "--all")).isEqualTo(Exit.USAGE);
    assertThat(said()).contains("--reason");
    assertThat(run("--admin=http://127.0.0.1:1", "queue", "list")).isEqualTo(Exit.UNAVAILABLE);
  }
}
