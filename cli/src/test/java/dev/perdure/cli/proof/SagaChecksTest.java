package dev.perdure.cli.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.cli.demo.Check;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The checks see what is wrong. */
class SagaChecksTest {

  private static final JsonNode DONE =
      saga("completed", "", "withdraw", "fraud-check", "deposit", "notify");
  private static final JsonNode REFUSED = saga("compensated", "insufficient-funds", "withdraw");

  private static JsonNode saga(String status, String code, String... steps) {
    StringBuilder json = new StringBuilder("{\"status\":\"" + status + "\"");
    if (!code.isEmpty()) {
      json.append(",\"failure\":{\"code\":\"").append(code).append("\"}");
    }
    json.append(",\"steps\":[");
    for (int i = 0; i < steps.length; i++) {
      json.append(i == 0 ? "" : ",").append("{\"name\":\"").append(steps[i]).append("\"}");
    }
    return JsonMapper.shared().readTree(json.append("]}").toString());
  }

  private static FlakyWorld.Effect fraud(String operationId, String transfer, boolean approved) {
    return new FlakyWorld.Effect(operationId, FlakyWorld.FRAUD, transfer, approved);
  }

  private static List<Boolean> held(SagaChecks checks) {
    return checks.checks().stream().map(Check::held).toList();
  }

  @Test
  void holdsWhereAllIsRight() {
    SagaChecks checks = new SagaChecks(Map.of("t-0", DONE, "t-1", REFUSED));
    checks.ended(2);
    checks.money(Map.of("a", 9_990L, "b", 10_010L), Map.of("a", 9_990L, "b", 10_010L));
    checks.effects(List.of(fraud("o", "t-0", true)));
    assertThat(held(checks)).containsOnly(true);
    assertThat(checks.completed()).containsExactly("t-0");
    assertThat(checks.ends())
        .containsOnly(
            Map.entry("completed", 1L), Map.entry("compensated (insufficient-funds)", 1L));
  }

  @Test
  void seesWhatHasNotEnded() {
    SagaChecks parked = new SagaChecks(Map.of("t-0", saga("parked", "code-failed")));
    parked.ended(1);
    SagaChecks missing = new SagaChecks(Map.of("t-0", DONE));
    missing.ended(2);
    assertThat(held(parked)).containsExactly(false);
    assertThat(held(missing)).containsExactly(false);
  }

  @Test
  void seesMoneyThatIsGoneOrAtTheWrongPlace() {
    SagaChecks gone = new SagaChecks(Map.of());
    gone.money(Map.of("a", 9_999L), Map.of("a", 9_999L));
    SagaChecks elsewhere = new SagaChecks(Map.of());
    elsewhere.money(Map.of("a", 9_999L, "b", 10_001L), Map.of("a", 10_000L, "b", 10_000L));
    assertThat(held(gone)).containsExactly(false, true);
    assertThat(held(elsewhere)).containsExactly(true, false);
  }

  @Test
  void seesEffectsWithoutARecordTwiceOrIgnored() {
    SagaChecks unrecorded = new SagaChecks(Map.of("t-1", REFUSED));
    unrecorded.effects(List.of(fraud("o", "t-1", true)));
    assertThat(held(unrecorded)).containsExactly(false, true, true);
    SagaChecks twice = new SagaChecks(Map.of("t-0", DONE));
    twice.effects(List.of(fraud("o", "t-0", true), fraud("p", "t-0", true)));
    assertThat(held(twice)).containsExactly(true, false, true);
    SagaChecks ignored = new SagaChecks(Map.of("t-0", DONE));
    ignored.effects(List.of(fraud("o", "t-0", false)));
    assertThat(held(ignored)).containsExactly(true, true, false);
    SagaChecks unasked = new SagaChecks(Map.of("t-0", DONE));
    unasked.effects(List.of());
    assertThat(held(unasked)).containsExactly(true, true, false);
  }
}
