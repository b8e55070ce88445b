package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of backup and restore against a running node. */
class BackupCommandsTest {

  @TempDir Path directory;

  private final PrintStream standardOut = System.out;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void catchOutput() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void giveOutputBack() {
    System.setOut(standardOut);
  }

  private Perdure start(String data) {
    return Perdure.start(
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, directory.resolve(data))
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0),
        new LedgerService());
  }

  @Test
  void backsUpARunningNodeVerifiesRestoresAndFindsDamage() throws IOException {
    String to = directory.resolve("backups").toString();
    try (Perdure node = start("data")) {
      String admin = "http://127.0.0.1:" + node.adminPort();
      String api = "http://127.0.0.1:" + node.apiPort();
      assertThat(run("call", "account", "a", "deposit", "{\"amount\": 5}", "--url", api)).isZero();
      assertThat(run("backup", "create", "--to", to, "--admin", admin)).isZero();
      assertThat(said()).contains("backup 2", "hash");
      assertThat(run("backup", "create", "--to", to, "--incremental", "--url", admin)).isZero();
      assertThat(run("backup", "create", "--to", directory.toString(), "--admin", admin))
          .isEqualTo(Exit.FAILED);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("are one in the other");
    }
    assertThat(run("backup", "create", "--to", to, "--admin", "http://127.0.0.1:1"))
        .isEqualTo(Exit.UNAVAILABLE);
    out.reset();
    assertThat(run("backup", "list", "--from", to, "--output", "json")).isZero();
    assertThat(said()).contains("\"incremental\" : true", "\"incremental\" : false");
    assertThat(run("backup", "verify", "--from", to)).isZero();
    assertThat(said()).contains("nothing is damaged");
    assertThat(run("backup", "verify", "--from", to, "--newest")).isZero();
    assertThat(run("backup", "verify", "--from", to, "--id", "none")).isEqualTo(Exit.FAILED);
    Path restored = directory.resolve("restored");
    assertThat(run("restore", "--from", to, "--data", restored.toString(), "--shards", "3"))
        .isZero();
    assertThat(run("restore", "--from", to, "--data", restored.toString())).isEqualTo(Exit.FAILED);
    try (Perdure node = start("restored")) {
      out.reset();
      String api = "http://127.0.0.1:" + node.apiPort();
      assertThat(run("get", "account", "a", "--url", api)).isZero();
      assertThat(said()).contains("5");
    }
    assertThat(run("backup", "prune", "--from", to, "--keep", "1")).isZero();
    assertThat(run("backup", "prune", "--from", to, "--keep", "0")).isEqualTo(Exit.USAGE);
    assertThat(run("backup", "list", "--from", directory.toString())).isEqualTo(Exit.FAILED);
    findsDamage(to);
  }

  private void findsDamage(String to) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(to, "files"))) {
      Path first = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(first);
      bytes[bytes.length / 2] ^= 1;
      Files.write(first, bytes);
      out.reset();
      assertThat(run("backup", "verify", "--from", to)).isEqualTo(Exit.CHECK_DID_NOT_HOLD);
      assertThat(said()).contains("DAMAGED: files/", String.valueOf(first.getFileName()));
      String data = directory.resolve("never").toString();
      assertThat(run("restore", "--from", to, "--data", data)).isEqualTo(Exit.CHECK_DID_NOT_HOLD);
    }
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private int run(String... arguments) {
    return Commands.commandLine(arguments)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }
}
