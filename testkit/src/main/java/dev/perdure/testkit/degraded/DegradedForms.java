package dev.perdure.testkit.degraded;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.api.Service;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.mode.Capabilities;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.Values;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * A test of every degraded form that a service declares, made from the declaration: on a node of
 * its own the capability is forced, and a step that needs it must get what was declared. Return
 * them from a method with {@code @TestFactory}:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> degradedForms() {
 *   return DegradedForms.of(new MyService(), folder);
 * }
 * }</pre>
 *
 * <p>Handlers of what is done later are not called: they are the service's own, and call the
 * outside. That their arguments come back from JSON as they were is looked at.
 */
public final class DegradedForms {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long POLL_NS = 5_000_000;
  private static final String NAME = "c";

  private final Capability declared;
  private final String dependency;
  private final Path folder;

  private DegradedForms(Capability declared, String dependency, Path folder) {
    this.declared = declared;
    this.dependency = dependency;
    this.folder = folder;
  }

  /**
   * The tests of a service.
   *
   * @param folder empty; each test makes a folder in it
   */
  public static Stream<DynamicTest> of(Service service, Path folder) {
    return service.capabilities().stream()
        .flatMap(
            declared ->
                declared.needs().stream()
                    .filter(Capability::isDependency)
                    .map(
                        need ->
                            dynamicTest(
                                declared.name() + " without " + need,
                                new DegradedForms(declared, need, folder)::holds)));
  }

  private void holds() {
    Path data = folder.resolve(declared.name() + "-" + dependency);
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Probe probe = new Probe(dependency, declared.degraded());
    try (Node node = Node.open(NodeOptions.of(data), List.of(new Probed(declared, probe)))) {
      until("the node is ready", () -> node.health().writes());
      Run run = new Run(node, probe);
      require("with everything there", run.over("whole"), "\"" + Probe.REAL + "\"");
      capabilities(node).force(declared.name(), "a test", "a test");
      degraded(run);
    }
  }

  private static Capabilities capabilities(Node node) {
    return node.modes().capabilities();
  }

  private void degraded(Run run) {
    int before = run.probe.calls();
    switch (declared.degraded()) {
      case Degraded.Waits ignored -> {
        run.start(NAME);
        until("the saga rests", () -> run.rests(NAME));
        require("calls while it waits", run.probe.calls(), before);
        capabilities(run.node).release(declared.name(), "a test", "a test");
        require("when it is back", run.over(NAME), "\"" + Probe.REAL + "\"");
        return;
      }
      case Degraded.Stale ignored ->
          require("the older answer", run.over(NAME), "\"" + Probe.REAL + "\"");
      case Degraded.Answer answer ->
          require("the answer", run.over(NAME), Values.text(answer.value()));
      case Degraded.Disabled ignored ->
          require("the failure", run.over(NAME), "\"capability-degraded\"");
      case Degraded.Later ignored -> {
        require("as if it were done", run.over(NAME), "\"" + Probe.REAL + "\"");
        require("what waits", capabilities(run.node).all().getFirst().waiting(), 1);
      }
    }
    require("calls while it is degraded", run.probe.calls(), before);
  }

  private static void require(String what, Object found, Object expected) {
    if (!found.equals(expected)) {
      throw new AssertionError(what + ": " + found + ", not " + expected);
    }
  }

  private static void until(String what, BooleanSupplier condition) {
    Clock clock = Clock.system();
    long deadline = clock.monotonicNs() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (clock.monotonicNs() - deadline > 0) {
        throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }

  /** Sagas on a node. */
  private record Run(Node node, Probe probe) {

    private static EntityAddress id(String name) {
      return new EntityAddress("default", "probe", name);
    }

    private CallContext context() {
      return new CallContext("test", "", node.clock().monotonicNs() + PATIENCE.toNanos());
    }

    void start(String name) {
      seen(node.sagas().start(id(name), "{}".getBytes(StandardCharsets.UTF_8), context()));
    }

    /** Its result. */
    String over(String name) {
      seen(node.sagas().start(id(name), "{}".getBytes(StandardCharsets.UTF_8), context()));
      byte[] result = seen(node.sagas().await(id(name), context())).result();
      return result == null ? "" : new String(result, StandardCharsets.UTF_8);
    }

    boolean rests(String name) {
      return seen(node.sagas().get(id(name), context())).steps().stream()
          .anyMatch(step -> step.error() != null);
    }

    private static SagaView seen(SagaAnswer answer) {
      if (answer instanceof SagaAnswer.Seen seen) {
        return seen.saga();
      }
      throw new AssertionError("the node answered " + answer);
    }
  }
}
