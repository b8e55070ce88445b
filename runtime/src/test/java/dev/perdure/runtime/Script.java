package dev.perdure.runtime;

import dev.perdure.api.Compensation;
import dev.perdure.api.Named;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A saga whose code a test brings; what it does outside is a list. */
@Named("script")
final class Script implements Saga<Script.Input, String> {

  /** What it is started with. */
  record Input(String what) {}

  /** The code. */
  interface Code {
    String run(Script script, SagaContext saga) throws Exception;
  }

  final List<String> effects = new CopyOnWriteArrayList<>();
  final SagaOptions options;
  private final Code code;
  private final Map<String, Compensation<?>> more;

  Script(Code code) {
    this(code, SagaOptions.defaults());
  }

  Script(Code code, SagaOptions options) {
    this(code, options, Map.of());
  }

  Script(Code code, SagaOptions options, Map<String, Compensation<?>> more) {
    this.code = code;
    this.options = options;
    this.more = more;
  }

  /** A step that is undone by its name. */
  String act(SagaContext saga, String name) {
    return act(saga, name, "");
  }

  String act(SagaContext saga, String name, String arguments) {
    return saga.step(name)
        .undo(dev.perdure.api.Undo.call("undo", new Input(name)))
        .call(
            "list",
            new Input(arguments),
            call -> {
              effects.add(name);
              return name + " done";
            },
            String.class);
  }

  @Override
  public String run(Input input, SagaContext saga) throws Exception {
    return code.run(this, saga);
  }

  @Override
  public Map<String, Compensation<?>> compensations() {
    Map<String, Compensation<?>> all = new HashMap<>(more);
    all.put(
        "undo",
        Compensation.of(Input.class, (what, undoing) -> effects.add("undo " + what.what())));
    return all;
  }

  @Override
  public SagaOptions options() {
    return !more.isEmpty()
        ? options
        : options.withUndoRetry(new Retry(3, Duration.ofMillis(1), 1, Duration.ofMillis(1)));
  }
}
