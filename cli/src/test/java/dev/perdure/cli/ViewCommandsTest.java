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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger's view by command line, against a real node in this process. */
class ViewCommandsTest {

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
    for (int i = 1; i <= 5; i++) {
      String amount = "{\"amount\": " + i * 100 + "}";
      assertThat(api("call", "account", "a" + i, "deposit", amount)).isZero();
    }
    String open = "{\"currency\": \"EUR\", \"overdraft_limit\": 50}";
    assertThat(api("call", "account", "red", "open", open)).isZero();
    assertThat(api("call", "account", "red", "withdraw", "{\"amount\": 7}")).isZero();
    said();
  }

  @AfterEach
  void stop() {
    System.setOut(OUT);
    System.setErr(ERR);
    node.close();
  }

  @Test
  void findsAccountsBelowZeroAndOthersPageByPage() {
    assertThat(api("view", "query", "accounts", "balance.lt=0", "--covers", "account/red/2"))
        .isZero();
    String red = said();
    assertThat(red)
        .startsWith(
            """
            ID   VERSION  BALANCE  CURRENCY  STATUS
            red        2       -7  EUR       open
            position\s""");
    String position = red.replaceAll("(?s).*position (\\S+)\\s*", "$1");
    assertThat(api("view", "query", "accounts", "balance.lt=0", "--after", position)).isZero();
    assertThat(said()).contains("red", "position ");
    assertThat(api("view", "query", "accounts", "--after", "nowhere")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("'nowhere' is no position");
    String[] pages = {
      "view", "query", "accounts", "currency=CZK", "--order", "-balance", "--limit", "2"
    };
    assertThat(api(pages)).isZero();
    String first = said();
    assertThat(first).containsSubsequence("a5", "a4", "there is more: --page ");
    assertThat(first).doesNotContain("a3");
    List<String> next = new ArrayList<>(List.of(pages));
    next.addAll(List.of("--all", "--page", first.replaceAll("(?s).*--page (\\S+)\\s*", "$1")));
    assertThat(api(next.toArray(String[]::new))).isZero();
    assertThat(said()).containsSubsequence("a3", "a2", "a1").doesNotContain("a4", "more");
    assertThat(api("view", "query", "accounts", "balance.gt=1000")).isZero();
    assertThat(said()).startsWith("no rows\nposition ");
    assertThat(api("view", "query", "accounts", "id=a1", "--output", "json")).isZero();
    assertThat(said()).contains("\"balance\" : 100").contains("\"position\" :");
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(api("view", "query", "accounts", "colour=red")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("400 malformed-request").contains("here is no field 'colour'");
    assertThat(api("view", "query", "accounts", "colour")).isEqualTo(Exit.USAGE);
    assertThat(api("view", "query", "nothing")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("unknown-type").contains("there is accounts");
    assertThat(api("view")).isEqualTo(Exit.USAGE);
  }

  @Test
  void showsHowFarViewsAreAndHasThemMadeAnew() {
    assertThat(api("view", "query", "accounts", "--covers", "account/red/2")).isZero();
    said();
    assertThat(admin("view", "list")).isZero();
    assertThat(said()).containsPattern("accounts +account +live +6 +0 +0 +0.0");
    assertThat(admin("view", "rebuild", "accounts")).isZero();
    assertThat(said()).contains("accounts  view of account");
    assertThat(admin("view", "show", "accounts")).isZero();
    assertThat(said())
        .contains("fields: balance long, currency text, status text")
        .contains("indexes: (id) (balance, id) (currency, balance, id) (status, balance, id)");
    assertThat(admin("view", "show", "nothing")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("404 unknown-type");
  }

  private int api(String... command) {
    return execute(List.of("--url", "http://127.0.0.1:" + node.apiPort()), command);
  }

  private int admin(String... command) {
    return execute(List.of("--admin", "http://127.0.0.1:" + node.adminPort()), command);
  }

  private static int execute(List<String> where, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    if (command.length > 1) {
      all.addAll(where);
    }
    String[] given = all.toArray(String[]::new);
    return Commands.commandLine(given).execute(given);
  }

  /** What it printed since the last time. */
  private String said() {
    String said = out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    out.reset();
    err.reset();
    return said;
  }
}
