package dev.perdure.connect.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The signature of Standard Webhooks, v1: HMAC-SHA256 of {@code id.timestamp.body}. A receiver asks
 * {@link #verify} before it reads a body.
 */
public final class WebhookSignature {

  /** What was signed so long ago, or ahead, is not taken: somebody may have kept it. */
  public static final Duration TOLERANCE = Duration.ofMinutes(5);

  static final String ID = "webhook-id";
  static final String TIMESTAMP = "webhook-timestamp";
  static final String SIGNATURE = "webhook-signature";

  private static final String VERSION = "v1,";
  private static final int ID_LENGTH_MAX = 256;
  private static final int TIMESTAMP_LENGTH_MAX = 12;
  private static final int SIGNATURE_LENGTH_MAX = 4_096;

  private WebhookSignature() {}

  /** What a receiver finds. Only {@link #VALID} is to be handled. */
  public enum Verdict {
    /** Whoever sent it has one of the secrets, and signed it just now. */
    VALID,
    /** A header is not there, or is nothing that can be read. */
    INCOMPLETE,
    /** Signed longer ago than {@link #TOLERANCE}: perhaps a repeat by somebody else. */
    TOO_OLD,
    /** Signed later than now, by more than {@link #TOLERANCE}: a clock is wrong. */
    TOO_NEW,
    /** No secret gives this signature. */
    FORGED
  }

  /** The header of a message that is signed with each of the secrets. */
  static String of(List<WebhookSecret> secrets, String id, long timestamp, byte[] body) {
    byte[] head = head(id, String.valueOf(timestamp));
    return secrets.stream()
        .map(one -> VERSION + Base64.getEncoder().encodeToString(one.sign(head, body)))
        .collect(Collectors.joining(" "));
  }

  private static byte[] head(String id, String timestamp) {
    return (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Tells whether a message is the sender's. Takes as long for a signature that is nearly right as
   * for any other. A message that is valid may still come twice: its {@code webhook-id} is the same
   * then.
   *
   * @param secrets one, or several while one takes the other's place
   * @param header the value of a header by name, null if there is none
   * @param body as it came, byte for byte
   * @param now by the receiver's clock
   */
  public static Verdict verify(
      List<WebhookSecret> secrets,
      Function<String, @Nullable String> header,
      byte[] body,
      Instant now) {
    String id = fitting(header.apply(ID), ID_LENGTH_MAX);
    String timestamp = fitting(header.apply(TIMESTAMP), TIMESTAMP_LENGTH_MAX);
    String signatures = fitting(header.apply(SIGNATURE), SIGNATURE_LENGTH_MAX);
    if (id.isEmpty()
        || signatures.isEmpty()
        || timestamp.isEmpty()
        || !timestamp.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Verdict.INCOMPLETE;
    }
    long ahead = Long.parseLong(timestamp) - now.getEpochSecond();
    if (ahead < -TOLERANCE.toSeconds()) {
      return Verdict.TOO_OLD;
    }
    if (ahead > TOLERANCE.toSeconds()) {
      return Verdict.TOO_NEW;
    }
    byte[] head = head(id, timestamp);
    boolean found = false;
    for (WebhookSecret secret : secrets) {
      byte[] expected =
          (VERSION + Base64.getEncoder().encodeToString(secret.sign(head, body)))
              .getBytes(StandardCharsets.UTF_8);
      for (String one : signatures.split(" ", -1)) {
        found |= MessageDigest.isEqual(expected, one.getBytes(StandardCharsets.UTF_8));
      }
    }
    return found ? Verdict.VALID : Verdict.FORGED;
  }

  /** The value of a header; empty if there is none, or one that is too long to be looked at. */
  private static String fitting(@Nullable String value, int lengthMax) {
    return value == null || value.length() > lengthMax ? "" : value;
  }
}
