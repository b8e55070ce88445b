package dev.perdure.example.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CascadeCommandTest {
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new CascadeCommand()).setErr(new PrintWriter(err)).execute(arguments);
  }

  @Test
  void wrongUsageEndsWithTwoAndNamesTheValue() {
    assertThat(run("--shape", "ring")).isEqualTo(2);
    assertThat(err.toString()).contains("ring", "chain", "fan-out", "swarm");
    assertThat(run("--rate", "5000")).isEqualTo(2);
    assertThat(err.toString()).contains("--rate is 5000; 1 to 150 is needed.");
    assertThat(run("--fault", "sulk")).isEqualTo(2);
    assertThat(err.toString()).contains("sulk", "hang", "errors", "slow");
  }

  @Test
  void shapesAndFaultsAreReadAsTheyAreWritten() {
    for (Shape shape : Shape.values()) {
      for (Fault fault : Fault.values()) {
        CommandLine line = new CommandLine(new CascadeCommand());
        line.parseArgs("--shape", shape.toString(), "--fault", fault.toString());
      }
    }
  }

  private static Report report() {
    return Report.of(
        FiguresTest.script(14),
        List.of(
            Figures.of(FiguresTest.run(Contender.NO_GUARD, 14, 99, 500)),
            Figures.of(FiguresTest.run(Contender.PERDURE, 14, 8.5, 5))));
  }

  @Test
  void jsonHasTheFiguresOfEachStackUnderPlainNames() {
    JsonNode json = JsonMapper.shared().readTree(CascadeCommand.json(report()));
    assertThat(json.get("shape").asString()).isEqualTo("chain");
    assertThat(json.get("fault").asString()).isEqualTo("hang");
    assertThat(json.get("stacks")).hasSize(2);
    JsonNode perdure = json.get("stacks").get(1);
    assertThat(perdure.get("stack").asString()).isEqualTo("Perdure");
    assertThat(perdure.get("recovery_seconds").asDouble()).isEqualTo(2.5);
    assertThat(perdure.get("reached").get("amplification").asDouble()).isEqualTo(1);
    assertThat(perdure.get("curves").get("goodput")).hasSize(40);
    assertThat(json.get("stacks").get(0).get("recovery_seconds").isNull()).isTrue();
    assertThat(json.get("checks").get(0).get("held").asBoolean()).isTrue();
  }

  @Test
  void tableHasALineForEachStackAndEachCheck() {
    String table = CascadeCommand.table(report());
    assertThat(table.lines().filter(line -> line.startsWith("  no guard ")))
        .singleElement(STRING)
        .contains("100.00x", "not seen");
    assertThat(table.lines().filter(line -> line.startsWith("  Perdure ")))
        .singleElement(STRING)
        .contains("1.00x", "2.5 s");
    assertThat(table.lines().filter(line -> line.contains("held"))).hasSize(4);
  }

  @Test
  void chainAndFanOutCallWhomTheyShould() {
    assertThat(Shape.CHAIN.next("a")).containsExactly("b");
    assertThat(Shape.CHAIN.next("e")).isEmpty();
    assertThat(Shape.FAN_OUT.next("a")).containsExactly("b", "c", "d", "e");
    assertThat(Shape.FAN_OUT.next("b")).isEmpty();
    assertThat(Shape.FAN_OUT.needs("d")).isTrue();
    assertThat(Shape.FAN_OUT.needs("e")).isFalse();
    assertThat(Shape.CHAIN.needs("e")).isTrue();
    assertThat(Shape.SWARM.services()).containsExactly("e");
    assertThat(Shape.SWARM.next("e")).isEmpty();
  }
}
