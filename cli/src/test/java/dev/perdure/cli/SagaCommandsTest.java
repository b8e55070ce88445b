package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.FraudCheck;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transfers by command line, against a real node in this process. */
class SagaCommandsTest {

  private static final PrintStream OUT = System.out;
  private static final PrintStream ERR = System.err;
  private static final String FIVE = "{\"from\":\"anna\",\"to\":\"bert\",\"amount\":5}";

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private volatile FraudCheck fraud = FraudCheck.approving();
  private volatile boolean notified;
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
            new LedgerService(
                "CZK",
                (order, call) -> fraud.check(order, call),
                (order, call) -> {
                  notified = true;
                  throw new IOException("the post office is closed");
                }));
    assertThat(api("call", "account", "anna", "deposit", "{\"amount\": 100}")).isZero();
    said();
  }

  @AfterEach
  void stop() {
    System.setOut(OUT);
    System.setErr(ERR);
    node.close();
  }

  @Test
  void transfersAndShowsEachStepAlthoughNobodyCanBeTold() {
    assertThat(api("saga", "start", "transfer", "t1", FIVE, "--wait", "30s")).isZero();
    assertThat(said())
        .contains("transfer t1  completed")
        .containsPattern("withdraw +command +done +1 ")
        .containsPattern("fraud-check +call +done +1 ")
        .containsPattern("deposit +command +done +1 ")
        .containsPattern("notify +call +done ")
        .contains("\"from_balance\":95")
        .contains("\"to_balance\":5")
        .contains("\"notified\":true");
    assertThat(notified).isTrue();
    // It is to be told later, which waits as a saga of its own.
    assertThat(api("saga", "show", "deferred.notifications", "saga:transfer/t1:notify")).isZero();
    assertThat(said()).contains("running").contains("notifier");
    assertThat(api("get", "account", "anna")).isZero();
    assertThat(said()).contains("\"balance\":95");
    assertThat(api("saga", "show", "transfer", "t1", "--output", "json")).isZero();
    assertThat(said()).contains("\"status\" : \"completed\"").contains("\"kind\" : \"call\"");
    assertThat(api("saga", "start", "transfer", "t1", FIVE.replace("5", "6")))
        .isEqualTo(Exit.FAILED);
    assertThat(said()).contains("422 operation-id-reused");
  }

  @Test
  void passesOnWhyTheLedgerRefused() {
    assertThat(api("saga", "start", "transfer", "t2", FIVE.replace("5", "500"), "--wait", "30s"))
        .isEqualTo(Exit.FAILED);
    assertThat(said()).contains("transfer t2  compensated").contains("insufficient-funds: ");
    assertThat(api("saga", "start", "transfer", "t3", FIVE.replace("bert", "anna")))
        .isEqualTo(Exit.FAILED);
    assertThat(said()).contains("422 invalid-body").contains("two different accounts");
    assertThat(api("saga", "show", "transfer", "t3")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("404 not-found");
    assertThat(api("saga", "show", "transport", "t3")).isEqualTo(Exit.FAILED);
    assertThat(said()).contains("404 unknown-type").contains("transfer");
  }

  @Test
  void paysBackWhatIsFraud() {
    fraud = (order, call) -> new FraudCheck.Verdict(false, "never trust " + order.input().from());
    assertThat(api("saga", "start", "transfer", "t4", FIVE, "--wait", "30s"))
        .isEqualTo(Exit.FAILED);
    assertThat(said())
        .contains("transfer t4  compensated")
        .containsPattern("withdraw +command +compensated ")
        .contains("fraud-suspected: never trust anna");
    assertThat(api("get", "account", "anna")).isZero();
    assertThat(said()).contains("\"balance\":100");
  }

  @Test
  void listsAndCancelsWhatGoesOn() {
    fraud =
        (order, call) -> {
          throw new IOException("nobody there");
        };
    assertThat(api("saga", "start", "transfer", "t5", FIVE)).isZero();
    said();
    assertThat(admin("saga", "list")).isZero();
    assertThat(said()).containsPattern("transfer +t5 +running +fraud-check ");
    assertThat(admin("saga", "list", "--status", "parked", "--output", "json")).isZero();
    assertThat(said()).contains("\"sagas\" : [ ]").contains("\"missing\" : [ ]");
    assertThat(admin("saga", "retry", "transfer", "t5", "--reason", "I am impatient"))
        .isEqualTo(Exit.FAILED);
    assertThat(said()).contains("409 saga-not-parked");
    assertThat(api("saga", "cancel", "transfer", "t5", "--reason", "too slow", "--wait", "30s"))
        .isZero();
    assertThat(said()).contains("transfer t5  compensated").contains("too slow");
    assertThat(admin("saga", "list")).isZero();
    assertThat(said()).contains("no sagas");
    assertThat(api("get", "account", "anna")).isZero();
    assertThat(said()).contains("\"balance\":100");
  }

  @Test
  void decidesAboutAParkedOne() {
    fraud =
        (order, call) -> {
          assertThat(api("call", "account", "anna", "withdraw", "{\"amount\": 95}")).isZero();
          assertThat(api("call", "account", "anna", "close")).isZero();
          return new FraudCheck.Verdict(false, "she ran away");
        };
    assertThat(api("saga", "start", "transfer", "t6", FIVE, "--wait", "30s"))
        .isEqualTo(Exit.FAILED);
    assertThat(said())
        .contains("transfer t6  parked")
        .contains("account-closed")
        .contains("decide");
    assertThat(admin("saga", "list", "--status", "parked")).isZero();
    assertThat(said()).containsPattern("transfer +t6 +parked ");
    assertThat(admin("saga", "skip", "transfer", "t6")).isEqualTo(Exit.USAGE);
    assertThat(admin("saga", "skip", "transfer", "t6", "--reason", "paid in cash")).isZero();
    said();
    assertThat(api("saga", "show", "transfer", "t6", "--wait", "30s")).isZero();
    assertThat(said()).contains("transfer t6  compensated");
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

  /** What was printed since the last time. */
  private String said() {
    String text = out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    out.reset();
    err.reset();
    return text;
  }
}
