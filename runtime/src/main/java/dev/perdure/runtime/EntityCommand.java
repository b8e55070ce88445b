package dev.perdure.runtime;

import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.CommandBody;
import org.jspecify.annotations.Nullable;

/**
 * One command for one entity.
 *
 * @param address the entity
 * @param body the command as {@link dev.perdure.runtime.type.EntityModel#body} read it
 * @param operationId the caller's idempotency key; null to have one assigned
 * @param precondition on the entity's version
 * @param context who asks, and until when
 */
public record EntityCommand(
    EntityAddress address,
    CommandBody body,
    @Nullable String operationId,
    Precondition precondition,
    CallContext context) {

  /** Longest operation id, in characters. */
  public static final int OPERATION_ID_LENGTH_MAX = 255;

  public EntityCommand {
    if (operationId != null
        && (operationId.isEmpty() || operationId.length() > OPERATION_ID_LENGTH_MAX)) {
      throw new IllegalArgumentException(
          "operation id is "
              + operationId.length()
              + " characters long; 1 to "
              + OPERATION_ID_LENGTH_MAX
              + " are allowed");
    }
  }

  /** What must hold of the entity's version before the command is decided. */
  public sealed interface Precondition {

    /** Nothing. */
    record None() implements Precondition {}

    /** Exactly this version. */
    record Version(long version) implements Precondition {}

    /** No events yet. */
    record NoEvents() implements Precondition {}

    /** Nothing. */
    Precondition NONE = new None();
  }
}
