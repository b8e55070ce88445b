package dev.perdure.client;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Why a request has no answer of an entity.
 *
 * @param status HTTP status; 0 if there was no response
 * @param code the problem's; {@link PerdureException#UNAVAILABLE} if nobody told one
 * @param detail for people
 */
record Failure(int status, String code, String detail) {

  /** Refusals for now, before execution. */
  private static final Set<String> LATER =
      Set.of(
          "no-leader", "draining", "overloaded", "read-only", "predecessor", "deadline-exceeded");

  /** Refusals for now that another node may not give. */
  private static final Set<String> ELSEWHERE = Set.of("no-leader", "draining");

  /** It may have been executed. */
  private static final Set<String> UNKNOWN = Set.of("outcome-unknown", "internal");

  /** What stays true however late an earlier sending arrives: it was not, and will not be, done. */
  private static final Set<String> FOR_GOOD = Set.of("version-mismatch", "operation-id-reused");

  static Failure unreached(String detail) {
    return new Failure(0, PerdureException.UNAVAILABLE, detail);
  }

  /** What a problem document says; whoever stands between may have answered without one. */
  static Failure of(int status, JsonNode problem) {
    return new Failure(
        status,
        problem.path("code").asString(PerdureException.UNAVAILABLE),
        problem.path("detail").asString("status " + status));
  }

  /** True if nobody of ours answered. */
  private boolean foreign() {
    return code.equals(PerdureException.UNAVAILABLE);
  }

  /** True if the same request may have another answer soon. */
  boolean passing() {
    return LATER.contains(code)
        || UNKNOWN.contains(code)
        || (foreign() && (status == 0 || status >= 502));
  }

  /** True if this very sending may have been executed. */
  boolean unknown() {
    return UNKNOWN.contains(code) || (foreign() && status >= 500);
  }

  /** True if another node should be asked. */
  boolean elsewhere() {
    return ELSEWHERE.contains(code) || foreign();
  }

  /** True if the node does not serve anybody now. */
  boolean wholly() {
    return foreign() || code.equals("draining");
  }

  /** True if it says of earlier sendings, too, that they were not executed. */
  boolean forGood() {
    return FOR_GOOD.contains(code);
  }
}
