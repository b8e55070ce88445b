package dev.perdure.client;

/**
 * Where a saga stands.
 *
 * @param status {@code running}, {@code completed}, {@code compensating}, {@code compensated} or
 *     {@code parked}
 * @param json all that the node says of it
 * @param replayed true if a signal had come before
 */
public record SagaStatus(String status, String json, boolean replayed) {

  /** What the node says of it as a record or another class that Jackson reads. */
  public <T> T as(Class<T> type) {
    return Json.as(json, type);
  }
}
