package dev.perdure.runtime.shard;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.record.EntityAddress;

/** Asks what became of an operation id. */
final class OperationRequest extends Request {

  private final EntityAddress address;
  private final String operationId;
  private OperationStatus status = new OperationStatus.Unknown();

  OperationRequest(EntityAddress address, String operationId, CallContext context) {
    super(context);
    this.address = address;
    this.operationId = operationId;
  }

  @Override
  EntityAddress address() {
    return address;
  }

  String operationId() {
    return operationId;
  }

  void status(OperationStatus found) {
    status = found;
  }

  /** Read only after the answer arrived. */
  OperationStatus status() {
    return status;
  }
}
