package dev.perdure.runtime.type;

import dev.perdure.api.Deferred;
import dev.perdure.api.Degraded;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import dev.perdure.api.StepCall;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Does later what a capability could not do when a step asked for it. */
public final class DeferredSaga implements Saga<DeferredSaga.Input, Void> {

  /** Of the saga's stored name, before that of the capability. */
  public static final String PREFIX = "deferred.";

  private static final int AGAIN_AND_AGAIN = 1_000_000;
  private static final Retry RETRY =
      new Retry(AGAIN_AND_AGAIN, Duration.ofSeconds(1), 2, Duration.ofSeconds(30));

  private final String capability;
  private final Degraded.@Nullable Later form;

  /**
   * Of a capability.
   *
   * @param form null if it is not declared any more, or does nothing later: then its sagas are
   *     parked, where operators find them
   */
  public DeferredSaga(String capability, Degraded.@Nullable Later form) {
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
    Degraded.Later now = form;
    if (now == null) {
      throw new IllegalStateException(
          "no service declares any more that capability '" + capability + "' does things later");
    }
    // Here and not in the call: what does not fit is no failure of the dependency.
    Object arguments = Values.read(input.arguments, now.arguments());
    saga.step("call")
        .retry(RETRY)
        .timeout(Duration.ofMillis(input.timeout_ms))
        .run(
            input.dependency,
            input.arguments,
            call ->
                handler(now)
                    .run(
                        arguments,
                        new StepCall(input.operation, call.remaining(), call.attempt())));
    return null;
  }

  @SuppressWarnings("unchecked") // arguments and handler are of one declaration
  private static Deferred<Object> handler(Degraded.Later form) {
    return (Deferred<Object>) form.handler();
  }

  @Override
  public SagaOptions options() {
    return form == null
        ? SagaOptions.defaults()
        : SagaOptions.defaults().withDeadline(form.ageMax());
  }

  /** The capability's name. */
  public String capability() {
    return capability;
  }
}
