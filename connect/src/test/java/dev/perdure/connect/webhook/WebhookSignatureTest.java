package dev.perdure.connect.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.RetryAfter;
import dev.perdure.connect.webhook.WebhookSignature.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signatures as senders make and receivers check them. */
class WebhookSignatureTest {

  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
  private static final Instant SIGNED = Instant.ofEpochSecond(1_614_265_330);
  private static final WebhookSecret SECRET = WebhookSecret.of(Receiver.SECRET);
  private static final WebhookSecret OTHER = secret(24);

  private final Map<String, String> headers =
      new HashMap<>(
          Map.of(
              "webhook-id",
              "msg_p5jXN8AQM9LWM0D4loKWxJek",
              "webhook-timestamp",
              "1614265330",
              "webhook-signature",
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));

  private static WebhookSecret secret(int bytes) {
    byte[] key = new byte[bytes];
    Arrays.fill(key, (byte) 7);
    return WebhookSecret.of("whsec_" + Base64.getEncoder().encodeToString(key));
  }

  private Verdict verdict(WebhookSecret... secrets) {
    return WebhookSignature.verify(List.of(secrets), headers::get, BODY, SIGNED);
  }

  private Verdict with(String header, String value) {
    headers.put(header, value);
    return verdict(SECRET);
  }

  /** The example that other implementations of Standard Webhooks are tried with. */
  @Test
  void theKnownMessageHasTheKnownSignature() {
    assertThat(verdict(SECRET)).isEqualTo(Verdict.VALID);
    assertThat(WebhookSignature.of(List.of(SECRET), headers.get("webhook-id"), 1614265330, BODY))
        .isEqualTo(headers.get("webhook-signature"));
  }

  @Test
  void whatIsChangedOrOfSomebodyElseIsForged() {
    assertThat(verdict(OTHER)).isEqualTo(Verdict.FORGED);
    assertThat(verdict()).isEqualTo(Verdict.FORGED);
    assertThat(
            WebhookSignature.verify(
                List.of(SECRET),
                headers::get,
                "{\"test\": 1}".getBytes(StandardCharsets.UTF_8),
                SIGNED))
        .isEqualTo(Verdict.FORGED);
    assertThat(with("webhook-timestamp", "1614265331")).isEqualTo(Verdict.FORGED);
    headers.put("webhook-timestamp", "1614265330");
    assertThat(with("webhook-id", "msg_other")).isEqualTo(Verdict.FORGED);
  }

  @Test
  void secretsAreExchangedWithoutAMessageThatIsRefused() {
    String both = WebhookSignature.of(List.of(OTHER, SECRET), "id", 1614265330, BODY);
    headers.put("webhook-id", "id");
    headers.put("webhook-signature", both);
    assertThat(verdict(SECRET)).isEqualTo(Verdict.VALID);
    assertThat(verdict(OTHER)).isEqualTo(Verdict.VALID);
    assertThat(verdict(secret(64))).isEqualTo(Verdict.FORGED);
    assertThat(verdict(secret(64), OTHER)).isEqualTo(Verdict.VALID);
  }

  @Test
  void aMessageIsTakenWithinFiveMinutes() {
    Duration most = WebhookSignature.TOLERANCE;
    Duration over = most.plusSeconds(1);
    assertThat(at(SIGNED.plus(most))).isEqualTo(Verdict.VALID);
    assertThat(at(SIGNED.plus(over))).isEqualTo(Verdict.TOO_OLD);
    assertThat(at(SIGNED.minus(most))).isEqualTo(Verdict.VALID);
    assertThat(at(SIGNED.minus(over))).isEqualTo(Verdict.TOO_NEW);
  }

  private Verdict at(Instant now) {
    return WebhookSignature.verify(List.of(SECRET), headers::get, BODY, now);
  }

  @Test
  void whatCannotBeReadIsIncomplete() {
    for (String timestamp : List.of("", "x", "-5", "16142653300000000000", "1e9", " 1614265330")) {
      assertThat(with("webhook-timestamp", timestamp)).as(timestamp).isEqualTo(Verdict.INCOMPLETE);
    }
    headers.put("webhook-timestamp", "1614265330");
    assertThat(with("webhook-signature", "v1,".repeat(5_000))).isEqualTo(Verdict.INCOMPLETE);
    for (String signature : List.of("v1", "v1,", "v2,AAAA", "v1,%%% v1,g0hM", "\u0000")) {
      assertThat(with("webhook-signature", signature)).as(signature).isEqualTo(Verdict.FORGED);
    }
    headers.remove("webhook-signature");
    assertThat(verdict(SECRET)).isEqualTo(Verdict.INCOMPLETE);
  }

  @Test
  void secretsAreReadStrictlyAndNeverShown() {
    assertThat(SECRET).hasToString("whsec_…");
    for (String wrong : List.of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ!", "whsec_MfKQ")) {
      assertThatThrownBy(() -> WebhookSecret.of(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasNoCause()
          .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("MfKQ"));
    }
    assertThatThrownBy(() -> secret(23)).hasMessageContaining("24 to 64");
    assertThatThrownBy(() -> secret(65)).hasMessageContaining("24 to 64");
  }

  @Test
  void whatAReceiverAsksToWaitIsReadAndBounded() {
    assertThat(AskedWait.of("7", SIGNED)).hasSeconds(7);
    assertThat(AskedWait.of("999999999", SIGNED)).isEqualTo(RetryAfter.LONGEST);
    assertThat(AskedWait.of("Thu, 25 Feb 2021 15:02:40 GMT", SIGNED)).hasSeconds(30);
    assertThat(AskedWait.of("Thu, 25 Feb 2021 15:00:00 GMT", SIGNED)).isZero();
    for (String rubbish : List.of("", "-1", "soon", "1.5", "99999999999999999999")) {
      assertThat(AskedWait.of(rubbish, SIGNED)).as(rubbish).isZero();
    }
  }
}
