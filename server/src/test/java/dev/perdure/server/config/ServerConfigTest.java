package dev.perdure.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigTest {

  @TempDir Path folder;

  private ServerConfig load(String yaml, Map<String, String> environment, String... sets)
      throws Exception {
    Path file = folder.resolve("perdure.yaml");
    Files.writeString(file, yaml);
    return ServerConfig.load(new ServerConfig.Sources(file, environment, List.of(sets)));
  }

  private List<String> mistakes(String yaml, Map<String, String> environment, String... sets) {
    return catchThrowableOfType(ConfigException.class, () -> load(yaml, environment, sets))
        .mistakes()
        .stream()
        .map(line -> line.replace(folder + "/", ""))
        .toList();
  }

  @Test
  void readsNestedAndDottedNamesWithUnits() throws Exception {
    ServerConfig config =
        load(
            """
            # a comment
            api:
              port: 8400
              host: localhost
            command.timeout: 250ms
            state:
              bytes-max: 64KiB
            services:
              - a.jar
              - b/
            command.operation-id: required
            """,
            Map.of());

    assertThat(config.get(Keys.API_PORT)).isEqualTo(8400);
    assertThat(config.get(Keys.API_HOST)).isEqualTo("localhost");
    assertThat(config.get(Keys.COMMAND_TIMEOUT)).isEqualTo(Duration.ofMillis(250));
    assertThat(config.get(Keys.STATE_BYTES_MAX)).isEqualTo(65_536);
    assertThat(config.get(Keys.SERVICES)).containsExactly(Path.of("a.jar"), Path.of("b"));
    assertThat(config.get(Keys.COMMAND_OPERATION_ID)).isEqualTo(Keys.OperationIds.REQUIRED);
    assertThat(config.get(Keys.ADMIN_PORT)).isEqualTo(7401);
  }

  @Test
  void letsTheEnvironmentOverrideTheFileAndSetsOverrideBoth() throws Exception {
    Map<String, String> environment =
        Map.of("PERDURE_API_PORT", "2", "PERDURE_COMMAND_TIMEOUT_MAX", "90s", "HOME", "x");
    ServerConfig config =
        load("api.port: 1\nadmin.port: 1", environment, "api.port=3", "log.level=debug");

    assertThat(config.get(Keys.API_PORT)).isEqualTo(3);
    assertThat(config.get(Keys.ADMIN_PORT)).isEqualTo(1);
    assertThat(config.get(Keys.COMMAND_TIMEOUT_MAX)).isEqualTo(Duration.ofSeconds(90));
    assertThat(config.rows())
        .extracting(ServerConfig.Row::key, ServerConfig.Row::value)
        .contains(org.assertj.core.groups.Tuple.tuple("api.port", "3"));
    assertThat(config.rows())
        .filteredOn(row -> row.key().equals("command.timeout-max"))
        .extracting(ServerConfig.Row::origin)
        .containsExactly("environment PERDURE_COMMAND_TIMEOUT_MAX");
  }

  @Test
  void namesFileLineKeyWhatWasReadAndWhatIsAllowed() {
    assertThat(
            mistakes(
                """
                api:
                  prot: 7400
                command.timeout: soon
                shards: 65
                log.level: loud
                nonsense.of.mine: 1
                """,
                Map.of("PERDURE_API_PROT", "1", "PERDURE_STATE_BYTES_MAX", "64 KB"),
                "insecure=maybe",
                "nothing"))
        .containsExactly(
            "perdure.yaml:2: api.prot: no such key; did you mean api.port?",
            "perdure.yaml:3: command.timeout: 'soon' is not a whole number with ms, s, m, h or d,"
                + " for example 250ms, from 1ms to 1h",
            "perdure.yaml:4: shards: '65' is not a whole number from 1 to 64",
            "perdure.yaml:5: log.level: 'loud' is not error, warn, info, debug or trace",
            "perdure.yaml:6: nonsense.of.mine: no such key; perdure config explain lists them",
            "environment PERDURE_API_PROT: no such key; did you mean PERDURE_API_PORT?",
            "environment PERDURE_STATE_BYTES_MAX: state.bytes-max: '64 KB' is not a whole number"
                + " with B, KiB, MiB or GiB, for example 64MiB, from 1KiB to 64MiB",
            "--set: insecure: 'maybe' is not true or false",
            "--set nothing: must be key=value");
  }

  @Test
  void saysWhereAFileIsNotYaml() {
    assertThat(mistakes("api:\n  port: [1\n", Map.of())).allMatch(m -> m.contains("not YAML"));
    assertThat(mistakes("just words", Map.of()).getFirst()).startsWith("perdure.yaml:1: must be");
    assertThat(mistakes("api.port: 1\napi:\n  port: 2\n", Map.of()))
        .containsExactly("perdure.yaml:3: api.port: was set above already");
    assertThat(mistakes("api.port:\n  - a: 1\n", Map.of()).getFirst()).contains("plain values");
    ConfigException missing =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ServerConfig.load(
                    new ServerConfig.Sources(folder.resolve("none.yaml"), Map.of(), List.of())));
    assertThat(missing.getMessage()).endsWith("none.yaml: no such file");
  }

  @Test
  void leavesForeignVariablesAlone() throws Exception {
    Map<String, String> environment =
        Map.of(
            "PERDURE_JAVA_HOME", "/jdk",
            "PERDURE_SERVICE_HOST", "10.0.0.1",
            "PERDURE_SERVICE_PORT_API", "7400",
            "PERDURE_PORT", "tcp://10.0.0.1:7400",
            "PERDURE_PORT_7400_TCP_ADDR", "10.0.0.1");
    assertThat(load("", environment).get(Keys.API_PORT)).isEqualTo(7400);
  }

  @Test
  void refusesToListenBeyondLoopbackUnlessToldSo() throws Exception {
    assertThat(mistakes("api.host: 0.0.0.0", Map.of()).getFirst())
        .startsWith("perdure.yaml:1: api.host: '0.0.0.0' is beyond loopback")
        .contains("--insecure");
    assertThat(load("api.host: 0.0.0.0\ninsecure: true", Map.of()).get(Keys.API_HOST))
        .isEqualTo("0.0.0.0");
    assertThat(load("api.host: '::1'", Map.of()).get(Keys.API_HOST)).isEqualTo("::1");
  }

  @Test
  void checksWhatOneKeyDemandsOfAnother() {
    assertThat(mistakes("command.timeout: 2m", Map.of()).getFirst()).contains("timeout-max");
    assertThat(mistakes("admin.port: 7400", Map.of()).getFirst()).contains("same as api.port");
    assertThat(mistakes("event.bytes-max: 2MiB", Map.of()).getFirst()).contains("entry.bytes-max");
    assertThat(mistakes("tenant.default: A B", Map.of()).getFirst()).contains("characters");
  }

  @Test
  void holdsCodeToTheSameBounds() {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> ServerConfig.defaults().with(Keys.SHARDS, 100));
    assertThat(e.getMessage()).isEqualTo("code: shards: '100' is not a whole number from 1 to 64");
  }

  @Test
  void handsEveryDefaultOfTheCoreOverUnchanged() {
    NodeOptions options =
        NodeSettings.options(ServerConfig.defaults(), Clock.system(), Entropy.seeded(1));
    assertThat(options.limits()).isEqualTo(Limits.defaults());
  }

  @Test
  void declaresEveryKeyWithItsOwnVariableASentenceAndADefaultThatCanBeRead() {
    Set<String> variables = new HashSet<>();
    for (ConfigKey<?> key : Keys.all()) {
      assertThat(variables.add(key.variable())).as(key.name()).isTrue();
      assertThat(key.name()).matches("[a-z]+(\\.[a-z]+(-[a-z]+)*)*");
      assertThat(key.sentence()).as(key.name()).endsWith(".");
      String text = defaultText(key);
      assertThat(key.kind().read().apply(text)).as(key.name() + " " + text).isNotNull();
    }
  }

  @Test
  void knowsEveryKeyThatCodeCanName() throws Exception {
    for (java.lang.reflect.Field field : Keys.class.getFields()) {
      if (field.getType() == ConfigKey.class) {
        ConfigKey<?> key = (ConfigKey<?>) field.get(null);
        assertThat(Keys.all().contains(key)).as(field.getName()).isTrue();
      }
    }
    assertThat(load("shards: 7", Map.of()).get(Keys.SHARDS)).isEqualTo(7);
  }

  private static <T> String defaultText(ConfigKey<T> key) {
    return key.kind().write().apply(key.otherwise());
  }

  @Test
  void readsDurationsAndSizesAndNothingElse() {
    assertThat(Units.duration("1500ms")).isEqualTo(Duration.ofMillis(1_500));
    assertThat(Units.duration("2d")).isEqualTo(Duration.ofDays(2));
    assertThat(Units.duration("0s")).isEqualTo(Duration.ZERO);
    for (String bad : List.of("", "5", "ms", "-1s", "1.5s", "1 s", "1S", "9999999999999999s")) {
      assertThat(Units.duration(bad)).as(bad).isNull();
      assertThat(Units.bytes(bad)).as(bad).isNegative();
    }
    assertThat(Units.duration("999999999999999d")).isNull();
    assertThat(Units.bytes("64mib")).isEqualTo(64 << 20);
    assertThat(Units.bytes("999999999999999TiB")).isNegative();
    assertThat(Units.text(Duration.ofSeconds(90))).isEqualTo("90s");
    assertThat(Units.text(Duration.ofHours(24))).isEqualTo("1d");
    assertThat(Units.text(1536L)).isEqualTo("1536B");
    assertThat(Units.text(0L)).isEqualTo("0B");
  }
}
