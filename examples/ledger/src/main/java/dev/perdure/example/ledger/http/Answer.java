package dev.perdure.example.ledger.http;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a node answered to one command or read.
 *
 * @param status HTTP status
 * @param version of the entity; -1 if there is none
 * @param body the reply or state, or the problem; null if there is none
 * @param replayed true if it is the recorded reply of an earlier run
 */
public record Answer(int status, long version, @Nullable JsonNode body, boolean replayed) {

  /** True if it was executed, taken to be finished (202), or read. */
  public boolean ok() {
    return status == 200 || status == 202;
  }

  /** True if the entity's own rules refused the command. */
  public boolean rejected() {
    return status == 409;
  }

  /** True if the same request may succeed later, or its outcome is not known yet. */
  public boolean retriable() {
    return switch (status) {
      case 429, 502, 503, 504 -> true;
      case 500 -> code().equals("internal") || code().isEmpty();
      default -> false;
    };
  }

  /** The problem's stable code; empty if there is none. */
  public String code() {
    return text("code");
  }

  /** The problem's sentence for people; empty if there is none. */
  public String detail() {
    return text("detail");
  }

  /** A field of the body that is a number, or 0. */
  public long number(String field) {
    return body == null ? 0 : body.path(field).asLong(0);
  }

  /** A field of the body that is a text, or an empty one. */
  public String text(String field) {
    return body == null ? "" : body.path(field).asString("");
  }
}
