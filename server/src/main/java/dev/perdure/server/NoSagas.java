package dev.perdure.server;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.record.EntityAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sagas of a node that serves none. */
final class NoSagas implements Sagas {

  private static final SagaAnswer NONE =
      new SagaAnswer.Failed(
          Outcome.Failed.of(ProblemCode.UNKNOWN_TYPE, "this node serves no sagas"));

  @Override
  public List<SagaType> types() {
    return List.of();
  }

  @Override
  public SagaAnswer start(EntityAddress saga, byte[] input, CallContext context) {
    return NONE;
  }

  @Override
  public SagaAnswer get(EntityAddress saga, CallContext context) {
    return NONE;
  }

  @Override
  public SagaAnswer await(EntityAddress saga, CallContext context) {
    return NONE;
  }

  @Override
  public SagaAnswer signal(
      EntityAddress saga, Signal signal, @Nullable String operationId, CallContext context) {
    return NONE;
  }

  @Override
  public SagaAnswer cancel(EntityAddress saga, String reason, CallContext context) {
    return NONE;
  }

  @Override
  public SagaAnswer decide(EntityAddress saga, SagaDecision decision, CallContext context) {
    return NONE;
  }

  @Override
  public SagaPage list(SagaQuery query) {
    return new SagaPage(List.of(), null);
  }
}
