package dev.perdure.runtime.type;

import dev.perdure.api.Capability;
import dev.perdure.api.Deferred;
import dev.perdure.api.Degraded;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import dev.perdure.api.StepCall;
import java.time.Duration;

/** Does later what a capability could not do when a step asked for it. */
public final class DeferredSaga implements Saga<DeferredSaga.Input, Void> {

  /** Of the saga's stored name, before that of the capability. */
  public static final String PREFIX = "deferred.";

  private static final int AGAIN_AND_AGAIN = 1_000_000;
  private static final Retry RETRY =
      new Retry(AGAIN_AND_AGAIN, Duration.ofSeconds(1), 2, Duration.ofSeconds(30));

  private final Capability capability;
  private final Degraded.Later form;

  /** For a capability whose degraded form is this one. */
  public DeferredSaga(Capability capability, Degraded.Later form) {
    this.capability = capability;
    this.form = form;
  }

  /**
   * What was asked.
   *
   * @param operation the id of the step that asked, which the other side may have heard already
   * @param arguments JSON
   * @param timeout_ms of an attempt
   */
  @SuppressWarnings("MemberName") // a component is named as its field is stored
  public record Input(String dependency, String operation, String arguments, long timeout_ms) {}

  @Override
  public Void run(Input input, SagaContext saga) {
    saga.step("call")
        .retry(RETRY)
        .timeout(Duration.ofMillis(input.timeout_ms))
        .run(input.dependency, input.arguments, call -> attempt(input, call));
    return null;
  }

  @SuppressWarnings("unchecked") // arguments and handler are of one declaration
  private void attempt(Input input, StepCall call) throws Exception {
    Object arguments = Values.read(input.arguments, form.arguments());
    ((Deferred<Object>) form.handler())
        .run(arguments, new StepCall(input.operation, call.remaining(), call.attempt()));
  }

  @Override
  public SagaOptions options() {
    return SagaOptions.defaults().withDeadline(form.ageMax());
  }

  /** The capability's name. */
  public String capability() {
    return capability.name();
  }
}
