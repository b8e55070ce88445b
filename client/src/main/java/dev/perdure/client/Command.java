package dev.perdure.client;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command to an entity.
 *
 * @param body its fields: a record, a map or anything else that Jackson writes as an object; text
 *     and bytes are JSON already; null for none
 * @param operationId under which it takes effect once; null lets the client make one
 * @param ifVersion only if the entity has this version; 0 for no events; -1 for any
 */
public record Command(
    String type,
    String id,
    String command,
    @Nullable Object body,
    @Nullable String operationId,
    long ifVersion) {

  private static final Pattern OPERATION_ID = Pattern.compile("[ -~]{1,255}");

  public Command {
    if (operationId != null && !OPERATION_ID.matcher(operationId).matches()) {
      throw new IllegalArgumentException(
          "operation id '" + operationId + "' is not 1 to 255 characters of printable ASCII");
    }
  }

  /** A command without conditions. */
  public static Command of(String type, String id, String command, @Nullable Object body) {
    return new Command(type, id, command, body, null, -1);
  }

  /** Under an id of the caller's, so that the caller, too, may send it again later. */
  public Command withOperationId(String own) {
    return new Command(type, id, command, body, own, ifVersion);
  }

  /** Only if the entity has a version. */
  public Command withIfVersion(long version) {
    return new Command(type, id, command, body, operationId, version);
  }

  /** With an operation id, made now if it has none. */
  Command identified() {
    return operationId == null ? withOperationId(Machine.newOperationId()) : this;
  }
}
