package dev.perdure.cli.loans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.client.Command;
import dev.perdure.client.PerdureClient;
import dev.perdure.client.Signal;
import dev.perdure.example.loans.LoansService;
import dev.perdure.example.loans.log.LoanLog;
import dev.perdure.example.loans.replay.Backlog;
import dev.perdure.example.loans.replay.Check;
import dev.perdure.example.loans.replay.ReplayException;
import dev.perdure.example.loans.replay.ReplayOptions;
import dev.perdure.example.loans.replay.ReplayReport;
import dev.perdure.example.loans.replay.ReplayRun;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A small log, replayed into a real node in this process. */
@Timeout(300)
class ReplayCommandTest {

  private static final String HEADER = "case_id,activity,lifecycle,timestamp,resource,AMOUNT_REQ\n";

  /** What each third case does: is declined, gets a loan by a second offer, stays open. */
  private static final List<List<String>> CASES =
      List.of(
          List.of("A_SUBMITTED", "A_PARTLYSUBMITTED", "A_DECLINED"),
          List.of(
              "A_SUBMITTED",
              "A_PARTLYSUBMITTED",
              "A_PREACCEPTED",
              "W_Complete SCHEDULE",
              "W_Complete START",
              "A_ACCEPTED",
              "O_SELECTED",
              "A_FINALIZED",
              "O_CREATED",
              "O_SENT",
              "W_Complete COMPLETE",
              "W_Complete COMPLETE",
              "O_SELECTED",
              "O_CANCELLED",
              "O_CREATED",
              "O_SENT",
              "O_SENT_BACK",
              "A_REGISTERED",
              "A_APPROVED",
              "O_ACCEPTED",
              "A_ACTIVATED"),
          List.of(
              "A_SUBMITTED",
              "A_PARTLYSUBMITTED",
              "A_PREACCEPTED",
              "A_ACCEPTED",
              "O_SELECTED",
              "O_CREATED",
              "O_SENT",
              "W_Call SCHEDULE",
              "W_Call START"));

  private static final PrintStream OUT = System.out;

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Perdure node;

  @BeforeEach
  void start() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    node =
        Perdure.start(
            ServerConfig.defaults()
                .with(Keys.DATA_DIR, folder.resolve("data"))
                .with(Keys.API_PORT, 0)
                .with(Keys.ADMIN_PORT, 0),
            new LoansService());
  }

  @AfterEach
  void stop() {
    System.setOut(OUT);
    node.close();
  }

  @Test
  void replaysALogAndTwiceChangesNothing() throws IOException {
    Path log = log(60);
    Path report = folder.resolve("report.json");
    assertThat(replay(log, "--report", report.toString())).isZero();
    assertThat(said())
        .containsPattern("  submitted +60  100.0 %")
        .containsPattern("  finalized +20 +33.3 %")
        .contains("  Complete                                  40  100.0 %")
        .contains("660 applied now, 0 before, 0 refused")
        .containsPattern("held +every event is there once +660")
        .containsPattern("held +completions without a start +20")
        .containsPattern("held +sagas of offers that ended +40")
        .containsPattern("held +sagas of offers that wait +20")
        .containsPattern("held +messages on the queue +20")
        .doesNotContain("FAILED")
        .contains("not the whole log: what is published of it was not compared")
        .doesNotContain("published:");
    assertThat(Files.readString(report)).contains("\"holds\" : true", "\"rows_applied\" : 660");
    assertThat(replay(log)).isZero();
    assertThat(said()).contains("0 applied now, 660 before, 0 refused; 0 signals");
    assertThat(replay(log, "--whole")).isEqualTo(Exit.CHECK_DID_NOT_HOLD);
    assertThat(said()).contains("held", "not the whole log").doesNotContain("FAILED");
  }

  @Test
  void goesOnWithALogThatItHadABeginningOf() throws IOException {
    Path log = log(30);
    assertThat(replay(log, "--cases", "10", "--batch", "4")).isZero();
    said();
    assertThat(replay(log, "--output", "json")).isZero();
    assertThat(said()).contains("\"rows_earlier\" : 102", "\"rows_applied\" : 228");
  }

  @Test
  void findsWhatSomebodyElseDid() throws IOException {
    Path log = log(6);
    assertThat(replay(log)).isZero();
    said();
    try (PerdureClient client = PerdureClient.of(api())) {
      client
          .command(Command.of("application", "c-2", "start-work", Map.of("item", "Call")))
          .orThrow();
      Signal answer = new Signal("offer", "c-2-1", "answer", Map.of("status", "declined"), "x-1");
      assertThat(client.signal(answer)).isPresent();
    }
    assertThat(replay(log)).isEqualTo(Exit.CHECK_DID_NOT_HOLD);
    assertThat(said())
        .containsPattern("FAILED  every event is there once +68, not 66")
        .containsPattern("FAILED  work items started +5, not 4")
        .containsPattern("FAILED  offers declined +1, not 0");
  }

  @Test
  void stopsAndIsTakenUp() throws Exception {
    Path log = log(200);
    try (PerdureClient client =
        PerdureClient.builder(api()).timeout(Duration.ofSeconds(60)).build()) {
      ReplayRun first = run(client);
      Thread stopper =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (first.counts().rowsDone() < 100) {
                      LockSupport.parkNanos(1_000_000);
                    }
                    first.stop();
                  });
      assertThatThrownBy(() -> report(first, log))
          .isInstanceOf(ReplayException.class)
          .hasMessage("stopped");
      stopper.join();
      assertThat(first.counts().rowsDone()).isBetween(100L, 2_201L);
      ReplayReport second = report(run(client), log);
      assertThat(second.checks()).allMatch(Check::held);
      assertThat(second.transfer().rowsEarlier()).isPositive();
      assertThat(second.transfer().rowsApplied() + second.transfer().rowsEarlier())
          .isEqualTo(2_202);
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path log = log(1);
    assertThat(failure(folder.resolve("absent").toString()).getMessage())
        .contains("does not exist");
    assertThat(failure(Files.writeString(folder.resolve("other"), "x\n").toString()).getMessage())
        .contains("line 1");
    assertThat(failure(log.toString(), "--concurrency", "0").exit()).isEqualTo(Exit.USAGE);
    assertThat(failure(log.toString(), "--api", "nowhere").exit()).isEqualTo(Exit.USAGE);
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    String gone = "http://127.0.0.1:" + free;
    assertThat(failure(log.toString(), "--api", gone, "--give-up-after", "1").exit())
        .isEqualTo(Exit.UNAVAILABLE);
  }

  private ReplayRun run(PerdureClient client) {
    Backlog.Source backlog =
        new AdminBacklog(List.of(URI.create("http://127.0.0.1:" + node.adminPort())));
    return new ReplayRun(
        client, new ReplayOptions(4, 8, Integer.MAX_VALUE, Duration.ofSeconds(60)), backlog);
  }

  private static ReplayReport report(ReplayRun run, Path file) throws IOException {
    try (LoanLog log = LoanLog.open(file)) {
      return run.run(log, "log", () -> 0).report();
    }
  }

  private int replay(Path log, String... more) {
    return commandLine().execute(arguments(log.toString(), more));
  }

  private String[] arguments(String log, String... more) {
    List<String> all =
        new ArrayList<>(List.of(log, "--admin", "http://127.0.0.1:" + node.adminPort()));
    if (!List.of(more).contains("--api")) {
      all.addAll(List.of("--api", api()));
    }
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private CommandException failure(String log, String... more) {
    CommandException[] thrown = new CommandException[1];
    commandLine()
        .setExecutionExceptionHandler(
            (problem, command, parsed) -> {
              thrown[0] = (CommandException) problem;
              return Exit.FAILED;
            })
        .execute(arguments(log, more));
    return thrown[0];
  }

  private static CommandLine commandLine() {
    return new CommandLine(new ReplayCommand()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  private String api() {
    return "http://127.0.0.1:" + node.apiPort();
  }

  private String said() {
    String said = out.toString(StandardCharsets.UTF_8);
    out.reset();
    return said;
  }

  private Path log(int cases) throws IOException {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < cases; i++) {
      for (String one : CASES.get(i % CASES.size())) {
        int blank = one.indexOf(' ');
        text.append("c-").append(i).append(',');
        text.append(blank < 0 ? one + ",COMPLETE" : one.replace(' ', ','));
        text.append(",t,nan,").append(1_000 + i).append('\n');
      }
    }
    return Files.writeString(folder.resolve("log.csv"), text);
  }
}
