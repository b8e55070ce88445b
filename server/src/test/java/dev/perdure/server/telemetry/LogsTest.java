package dev.perdure.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.read.ListAppender;
import dev.perdure.server.config.Keys.LogLevel;
import dev.perdure.server.fixture.ApiServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogsTest {

  @Test
  void writesALineAsOneJsonObjectWithTheIdsOfTheRequest() {
    LoggerContext context = new LoggerContext();
    Logger logger = context.getLogger("dev.perdure.server.http.HttpDoor");
    LoggingEvent event =
        new LoggingEvent(
            "here",
            logger,
            Level.ERROR,
            "two\nlines {}",
            new IllegalStateException("why"),
            new Object[] {"\"quoted\""});
    event.setInstant(Instant.ofEpochSecond(1_700_000_000));
    event.setMDCPropertyMap(Map.of("trace_id", "0af7651916cd43dd8448eb211c80319c"));

    String line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);

    assertThat(line).endsWith("}\n").doesNotContain("two\nlines");
    JsonNode json = JsonMapper.shared().readTree(line);
    assertThat(json.get("timestamp").asString()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(json.get("level").asString()).isEqualTo("ERROR");
    assertThat(json.get("logger").asString()).isEqualTo("dev.perdure.server.http.HttpDoor");
    assertThat(json.get("message").asString()).isEqualTo("two\nlines \"quoted\"");
    assertThat(json.get("trace_id").asString()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(json.get("error").asString()).contains("IllegalStateException: why");
  }

  @Test
  void keepsLibrariesQuietUnlessEverythingIsWanted() {
    LoggerContext context = new LoggerContext();
    Logs.configure(context, LogLevel.INFO, true);
    assertThat(context.getLogger("dev.perdure.x").isInfoEnabled()).isTrue();
    assertThat(context.getLogger("org.apache.ratis.x").isInfoEnabled()).isFalse();
    assertThat(context.getLogger("io.helidon.x").isInfoEnabled()).isFalse();
    Logs.configure(context, LogLevel.DEBUG, false);
    assertThat(context.getLogger("org.apache.ratis.x").isDebugEnabled()).isTrue();
    context.stop();
  }

  @Test
  void keepsItsOwnFieldsWhenAServiceUsesTheirNames() {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent("here", context.getLogger("a"), Level.WARN, "said", null, null);
    event.setInstant(Instant.EPOCH);
    event.setMDCPropertyMap(Map.of("level", "NONE", "order", "o1"));

    String line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);

    assertThat(line).contains("\"level\":\"WARN\"", "\"order\":\"o1\"").doesNotContain("NONE");
  }

  @Test
  void saysOnlyWhatGoesWrongWhereNobodyConfiguredALog() {
    LoggerContext context = new LoggerContext();
    QuietStart.otherwise(context, Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY);

    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    assertThat(root.getLevel()).isEqualTo(Level.WARN);
    assertThat(root.getAppender("stderr")).isInstanceOf(ConsoleAppender.class);
    context.stop();
  }

  @Test
  void leavesTheLogToTheProgramThatConfiguresOne() throws Exception {
    LoggerContext context = new LoggerContext();
    new ContextInitializer(context).autoConfig();

    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    assertThat(root.getAppender("stderr")).isNull();
    assertThat(root.iteratorForAppenders().hasNext()).as("those of logback-test.xml").isTrue();
    context.stop();
  }

  @Test
  void logsAFailureUnderTheIdsThatTheCallerSeesAndNothingOfTheBody() throws Exception {
    Logger door = (Logger) LoggerFactory.getLogger("dev.perdure.server.http.HttpDoor");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    door.addAppender(lines);
    try (ApiServer api = ApiServer.start()) {
      api.entities()
          .plan(
              command -> {
                throw new IllegalStateException("planned by the test");
              });
      String body = "{\"amount\":1,\"reference\":\"confidential\"}";
      HttpResponse<String> answer =
          api.post("/v1/entities/account/a/deposit", body, "Idempotency-Key", "order-1");

      assertThat(lines.list).hasSize(1);
      ILoggingEvent event = lines.list.getFirst();
      String line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
      JsonNode json = JsonMapper.shared().readTree(line);
      assertThat(json.get("operation_id").asString()).isEqualTo("order-1");
      assertThat(answer.body())
          .contains("\"trace_id\":\"" + json.get("trace_id").asString() + "\"");
      assertThat(line).doesNotContain("confidential");
    } finally {
      door.detachAppender(lines);
    }
  }
}
