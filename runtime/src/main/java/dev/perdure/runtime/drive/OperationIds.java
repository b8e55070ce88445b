package dev.perdure.runtime.drive;

import dev.perdure.kernel.Hash64;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.StepName;
import java.nio.charset.StandardCharsets;

/**
 * Operation ids made of a saga and one of its steps: the same wherever and whenever it is tried.
 */
final class OperationIds {

  private OperationIds() {}

  static String step(EntityAddress saga, StepName step) {
    return bounded("saga:" + saga.type() + "/" + saga.id() + ":" + step);
  }

  /**
   * Of a compensation.
   *
   * @param round how often a person had it tried again: then it is another operation
   */
  static String undo(EntityAddress saga, StepName step, int round) {
    return bounded(
        "saga:"
            + saga.type()
            + "/"
            + saga.id()
            + ":undo:"
            + step
            + (round == 0 ? "" : "~" + round));
  }

  private static String bounded(String id) {
    if (id.length() <= EntityCommand.OPERATION_ID_LENGTH_MAX) {
      return id;
    }
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return "saga~"
        + Long.toHexString(Hash64.of(bytes, 0, bytes.length, 1))
        + Long.toHexString(Hash64.of(bytes, 0, bytes.length, 2));
  }
}
