package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.watch.Bounds;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mode and the capabilities by command line, against a real node in this process. */
class CapabilitiesCommandTest {

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
            new LedgerService("CZK"));
  }

  @AfterEach
  void stop() {
    System.setOut(OUT);
    System.setErr(ERR);
    node.close();
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--admin");
    all.add("http://127.0.0.1:" + node.adminPort());
    return Commands.commandLine(all.toArray(String[]::new)).execute(all.toArray(String[]::new));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void showsForcesAndReleases() {
    assertThat(run("capabilities")).isZero();
    assertThat(said())
        .startsWith("mode normal since ")
        .containsPattern("bookkeeping +critical +whole +0 +waits")
        .containsPattern("notifications +optional +whole +0 +done later");
    assertThat(run("capabilities", "force", "notifications", "--reason", "a move")).isZero();
    assertThat(said())
        .containsPattern("notifications +optional +forced")
        .contains("forced by operator: a move");
    assertThat(run("capabilities", "--output", "json")).isZero();
    assertThat(said()).contains("\"forced\" : true").contains("\"degraded_form\"");
    assertThat(run("capabilities", "release", "notifications", "--reason", "moved")).isZero();
    assertThat(said()).containsPattern("notifications +optional +whole");
    assertThat(run("capabilities", "force-mode", "read-only", "--reason", "an audit")).isZero();
    assertThat(said()).startsWith("mode read-only (forced)").contains("an audit");
    assertThat(run("capabilities", "release-mode", "--reason", "over")).isZero();
    assertThat(said()).startsWith("mode normal");
  }

  @Test
  void showsSignsThatStand() {
    assertThat(run("capabilities")).isZero();
    assertThat(said()).doesNotContain("SIGN");
    node.node().watch().bounds(Bounds.defaults().withThreads(1));
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (node.node().modes().state().mode() != Mode.BROWNOUT) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(run("capabilities")).isZero();
    assertThat(said())
        .startsWith("mode brownout since ")
        .containsPattern("exhaustion +20\\S+Z +brownout")
        .containsPattern("threads: \\d+ of 1 are used");
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(run("capabilities", "force", "nothing", "--reason", "x")).isEqualTo(Exit.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("No capability 'nothing' is declared");
    assertThat(run("capabilities", "force", "notifications")).isEqualTo(Exit.USAGE);
    assertThat(run("capabilities", "force-mode", "normal", "--reason", "x")).isEqualTo(Exit.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("brownout, island, read-only");
  }
}
