package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeRunTest {

  @Test
  void readsAPlainCommandLine() {
    assertThat(
            NodeRun.parse(
                "run",
                "--data",
                "d",
                "--api-port=1",
                "--admin-port",
                "0",
                "--insecure",
                "--set",
                "a.b=c",
                "--config",
                "f.yaml",
                "--services=x.jar,y"))
        .isEqualTo(
            new NodeRun(
                Path.of("f.yaml"),
                List.of(
                    "a.b=c",
                    "data.dir=d",
                    "api.port=1",
                    "admin.port=0",
                    "insecure=true",
                    "services=x.jar,y")));
    assertThat(NodeRun.parse("run")).isEqualTo(new NodeRun(null, List.of()));
  }

  @Test
  void leavesHelpAndMistakesToPicocli() {
    assertThat(NodeRun.parse("run", "--help")).isNull();
    assertThat(NodeRun.parse("run", "--dta", "d")).isNull();
    assertThat(NodeRun.parse("run", "--data")).isNull();
    assertThat(NodeRun.parse("run", "--data", "--insecure")).isNull();
    assertThat(NodeRun.parse("run", "--insecure=yes")).isNull();
    assertThat(NodeRun.parse("run", "d")).isNull();
    assertThat(NodeRun.parse("run", "--data", "a", "--data", "b")).isNull();
    assertThat(NodeRun.parse("run", "--insecure", "--insecure")).isNull();
  }
}
