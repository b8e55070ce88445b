package dev.perdure.client;

import org.jspecify.annotations.Nullable;

/**
 * What one command of a batch came to: an answer, or a failure.
 *
 * @param operationId under which it was sent
 * @param answer null if there is none
 * @param failure null if there is an answer
 */
public record BatchAnswer(
    String operationId, @Nullable Answer answer, @Nullable PerdureException failure) {

  /**
   * The answer.
   *
   * @throws PerdureException if there is none
   */
  public Answer orThrow() {
    if (answer != null) {
      return answer;
    }
    throw failure == null ? new PerdureException(Failure.unreached("there is no answer")) : failure;
  }
}
