package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a real node in this process. */
class NodeCommandsTest {

  private static final PrintStream OUT = System.out;
  private static final PrintStream ERR = System.err;

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Perdure node;

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
            new LedgerService());
  }

  @AfterEach
  void stop() {
    System.setOut(OUT);
    System.setErr(ERR);
    node.close();
  }

  @Test
  void callsAndGets() {
    assertThat(run("call", "account", "alice", "deposit", "{\"amount\": 500}", "--key", "k1"))
        .isZero();
    assertThat(said()).contains("{\"balance\":500}").contains("version 2, operation k1\n");
    assertThat(run("call", "account", "alice", "deposit", "{\"amount\": 500}", "--key", "k1"))
        .isZero();
    assertThat(said()).contains("{\"balance\":500}").contains("recorded earlier");
    assertThat(run("get", "account", "alice")).isZero();
    assertThat(said()).contains("\"balance\":500").contains("\"status\":\"open\"");
    assertThat(run("get", "account", "alice", "--events")).isZero();
    assertThat(said()).contains("\"deposited\"").contains("\"k1\"");
    assertThat(run("get", "account", "alice", "--operation", "k1", "--output", "json")).isZero();
    assertThat(said()).contains("\"state\" : \"recorded\"");
  }

  @Test
  void saysWhyACommandWasRefused() {
    assertThat(run("call", "account", "bob", "withdraw", "{\"amount\": 1}")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("rejected: 409 account-not-open");
    assertThat(run("call", "account", "bob", "deposit", "{\"amount\": 0}")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("422").contains("Amount is 0");
    assertThat(run("call", "account", "bob", "deposit", "{\"amount\": 1}", "--if-match", "7"))
        .isEqualTo(Exit.FAILED);
    assertThat(said()).contains("412");
    assertThat(run("call", "account", "bob", "rob", "--output", "json")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("\"status\" : 404").contains("\"code\" : \"unknown-command\"");
    assertThat(run("get", "account", "nobody")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("404 not-found");
  }

  @Test
  void looksIntoADirectoryOnlyWhenNoNodeUsesIt() {
    assertThat(run("call", "account", "alice", "deposit", "{\"amount\": 500}", "--key", "k1"))
        .isZero();
    String data = folder.resolve("data").toString();
    assertThat(execute("journal", "verify", "--data", data)).isEqualTo(Exit.FAILED);
    node.close();
    assertThat(execute("journal", "verify", "--data", data, "--refold")).isZero();
    assertThat(said()).contains("nothing is damaged").contains("refold");
    assertThat(execute("journal", "inspect", "--data", data)).isZero();
    assertThat(said()).contains("account/alice").contains("operation k1");
    assertThat(execute("journal", "inspect", "--data", data, "--shard", "64"))
        .isEqualTo(Exit.USAGE);
    assertThat(execute("journal", "verify", "--data", folder.toString())).isEqualTo(Exit.FAILED);
  }

  @Test
  void explainsAndChecksTheConfiguration() throws Exception {
    assertThat(execute("config", "explain", "--set", "command.timeout=2s")).isZero();
    assertThat(said()).contains("command.timeout = 2s   (--set)").contains("PERDURE_API_PORT");
    assertThat(execute("config", "explain", "--output", "json", "api.port")).isZero();
    assertThat(said()).contains("\"key\" : \"api.port\"").contains("\"otherwise\" : \"7400\"");
    assertThat(execute("config", "explain", "nothing.here")).isEqualTo(Exit.USAGE);
    Path file = Files.writeString(folder.resolve("bad.yaml"), "api:\n  prt: 1\n");
    assertThat(execute("config", "check", file.toString())).isEqualTo(Exit.USAGE);
    Files.writeString(file, "api:\n  port: 7000\n");
    assertThat(execute("config", "check", file.toString())).isZero();
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--url=http://127.0.0.1:" + node.apiPort());
    return execute(all.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    return Commands.commandLine(arguments).execute(arguments);
  }

  /** What was printed since the last time. */
  private String said() {
    String text = out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    out.reset();
    err.reset();
    return text;
  }
}
