package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.terminal.Exit;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyCommandHasHelpWithAnExample() {
    List<String> without = new ArrayList<>();
    each(
        Commands.commandLine(),
        command -> {
          String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
          if (!help.contains("Example") || !help.contains("--help")) {
            without.add(command.getCommandSpec().qualifiedName());
          }
        });
    assertThat(without).isEmpty();
  }

  @Test
  void knowsItsCommandsAndBuildsOnlyTheOneThatIsWanted() {
    assertThat(Commands.commandLine().getSubcommands())
        .containsKeys(
            "bench", "call", "completion", "demo", "get", "ledger", "saga", "test", "version");
    assertThat(Commands.commandLine("get", "account", "a").getSubcommands())
        .containsOnlyKeys("get");
  }

  @Test
  void wrongUsageEndsWithTwoAndSaysHowToGetHelp() {
    assertThat(run("nonsense")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("nonsense").contains("perdure --help");
    assertThat(run("get", "account")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("ID").contains("Try 'perdure get --help'");
    assertThat(run()).isEqualTo(Exit.USAGE);
    assertThat(run("demo", "--kills", "many")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("many");
    assertThat(run("demo", "--kills", "-1")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("--kills is -1; 0 to 100 is needed");
    assertThat(run("get", "account", "a", "--url", "nowhere")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("--url is 'nowhere'");
    assertThat(run("ledger")).isEqualTo(Exit.USAGE);
    assertThat(run("bench", "speed")).isIn(Exit.USAGE, Exit.FAILED);
  }

  @Test
  void nodeThatIsNotThereEndsWithSixtyNine() {
    assertThat(run("get", "account", "a", "--url", "http://127.0.0.1:1", "--retry-for", "0"))
        .isEqualTo(Exit.UNAVAILABLE);
    assertThat(err.toString()).contains("http://127.0.0.1:1");
  }

  @Test
  void simulatesSeedsTheSameEachTimeAndCatchesAPlantedBug() {
    assertThat(run("lab", "simulate", "--seeds", "2", "--output", "json")).isZero();
    String once = out.toString();
    assertThat(once.lines()).hasSize(2).allMatch(line -> line.contains("\"held\":true"));
    assertThat(run("lab", "simulate", "--seeds", "2", "--output", "json")).isZero();
    assertThat(out.toString().substring(once.length())).isEqualTo(once);
    assertThat(run("lab", "simulate", "--bug", "no_fence", "--seeds", "1"))
        .isEqualTo(Exit.CHECK_DID_NOT_HOLD);
    assertThat(out.toString())
        .contains("seed 1 broke 'assertion'", "repeat with:", "--first 1 --bug NO_FENCE");
    assertThat(run("lab", "simulate", "--seeds", "0")).isEqualTo(Exit.USAGE);
    assertThat(run("lab")).isEqualTo(Exit.USAGE);
  }

  @Test
  void missingFileEndsWithOne() {
    assertThat(run("ledger", "verify", "no-such-file.csv")).isEqualTo(Exit.FAILED);
    assertThat(run("demo", "--input", "no-such-file.csv")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("'no-such-file.csv'");
  }

  @Test
  void helpAndVersionEndWithZero() {
    assertThat(run("--help")).isZero();
    assertThat(run("--version")).isZero();
    assertThat(run("demo", "--help")).isZero();
    assertThat(out.toString()).contains("Exit codes").contains("perdure demo --kills 10");
  }

  private int run(String... arguments) {
    return Commands.commandLine(arguments)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static void each(CommandLine command, Consumer<CommandLine> check) {
    check.accept(command);
    command.getSubcommands().values().forEach(one -> each(one, check));
  }
}
