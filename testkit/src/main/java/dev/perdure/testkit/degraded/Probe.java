package dev.perdure.testkit.degraded;

import dev.perdure.api.Degraded;
import dev.perdure.api.Named;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.Step;
import dev.perdure.api.StepFailed;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A saga whose only step needs the dependency of a capability. */
@Named("probe")
final class Probe implements Saga<Probe.Input, JsonNode> {

  /** What it gives if the dependency was called, or is said to have been. */
  static final String REAL = "done";

  static final String STEP = "probe";

  private static final JsonMapper JSON = JsonMapper.shared();

  private final String dependency;
  private final Degraded form;
  private final AtomicInteger calls = new AtomicInteger();

  /** Nothing. */
  record Input() {}

  Probe(String dependency, Degraded form) {
    this.dependency = dependency;
    this.form = form;
  }

  int calls() {
    return calls.get();
  }

  @Override
  public JsonNode run(Input input, SagaContext saga) {
    Step step = saga.step(STEP).retry(Retry.never());
    try {
      if (form instanceof Degraded.Later later) {
        step.run(dependency, Sample.of(later.arguments()), call -> calls.incrementAndGet());
        return JSON.valueToTree(REAL);
      }
      return step.call(
          dependency,
          new Input(),
          call -> {
            calls.incrementAndGet();
            return JSON.<JsonNode>valueToTree(REAL);
          },
          JsonNode.class);
    } catch (StepFailed e) {
      return JSON.valueToTree(e.code());
    }
  }
}
