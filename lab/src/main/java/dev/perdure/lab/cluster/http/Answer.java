package dev.perdure.lab.cluster.http;

import tools.jackson.databind.JsonNode;

/**
 * What a node answered.
 *
 * @param status HTTP status
 * @param version of the entity; -1 if there is none
 * @param replayed true if it is the recorded answer of an earlier run
 * @param retryAfterMs when to come again; 0 if it does not say
 * @param body JSON; a missing node if there is none
 */
public record Answer(int status, long version, boolean replayed, long retryAfterMs, JsonNode body) {

  /** The problem's stable code; empty if there is none. */
  public String code() {
    return body.path("code").asString("");
  }

  /** A field that is a number; 0 if there is none. */
  public long number(String field) {
    return body.path(field).asLong(0);
  }
}
