package dev.perdure.client;

import tools.jackson.databind.JsonNode;

/** Reads answers out of documents that hold them: lines of batches, operations. */
final class Documents {

  private Documents() {}

  /** Of {@code {"status","version","body"|"problem","replayed"?}}. */
  static Answer answer(JsonNode json) {
    long version = json.path("version").asLong(0);
    boolean replayed = json.path("replayed").asBoolean(false);
    if (Calls.rejected(json.path("status").asInt(0))) {
      return rejected(json.path("problem"), version, replayed);
    }
    return new Answer.Done(version, json.path("body").toString(), replayed);
  }

  static Answer.Rejected rejected(JsonNode problem, long version, boolean replayed) {
    return new Answer.Rejected(
        version, problem.path("code").asString(""), problem.path("detail").asString(""), replayed);
  }
}
