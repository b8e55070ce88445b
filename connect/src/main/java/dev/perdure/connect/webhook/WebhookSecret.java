package dev.perdure.connect.webhook;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What sender and receiver share. Says nothing of itself. Immutable. */
public final class WebhookSecret {

  private static final String PREFIX = "whsec_";
  private static final int BYTES_MIN = 24;
  private static final int BYTES_MAX = 64;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  private WebhookSecret(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /**
   * Reads one.
   *
   * @param text {@code whsec_} and 24 to 64 bytes in Base64
   * @throws IllegalArgumentException if it is none; the message does not show it
   */
  public static WebhookSecret of(String text) {
    String stripped = text.strip();
    if (!stripped.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "a webhook's secret is '" + PREFIX + "' and Base64; this one begins otherwise");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(stripped.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      // not as its cause, which shows some of it
      throw new IllegalArgumentException(
          "what follows '" + PREFIX + "' in a webhook's secret is not Base64");
    }
    if (bytes.length < BYTES_MIN || bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a webhook's secret of %d bytes; %d to %d are allowed"
              .formatted(bytes.length, BYTES_MIN, BYTES_MAX));
    }
    return new WebhookSecret(bytes);
  }

  /** HMAC-SHA256 of {@code head} and {@code body}: 32 bytes. */
  byte[] sign(byte[] head, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(head);
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new LinkageError(ALGORITHM + ", which every JDK has", e);
    }
  }

  @Override
  public String toString() {
    return PREFIX + "…";
  }
}
