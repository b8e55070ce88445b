package dev.perdure.testkit.degraded;

import static dev.perdure.testkit.degraded.Trial.until;

import dev.perdure.api.Capability;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.mode.Capabilities;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.DeferredSaga;
import dev.perdure.runtime.type.EntityModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A node with one capability, and the sagas and events of a trial on it. */
final class Run implements AutoCloseable {

  private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

  private final Node node;
  private final Capability declared;

  private Run(Node node, Capability declared) {
    this.node = node;
    this.declared = declared;
  }

  static Run open(Path data, Clock clock, Probed service) {
    Node node = Node.open(NodeOptions.of(data).withClock(clock), List.of(service));
    until("the node is ready", () -> node.health().writes());
    return new Run(node, service.declared());
  }

  Node node() {
    return node;
  }

  private Capabilities capabilities() {
    return node.modes().capabilities();
  }

  void force() {
    capabilities().force(declared.name(), Trial.TEST, Trial.TEST);
  }

  void release() {
    capabilities().release(declared.name(), Trial.TEST, Trial.TEST);
  }

  /** What is to be done later, as far as the node knows. */
  int waiting() {
    return capabilities().all().getFirst().waiting();
  }

  private static EntityAddress id(String name) {
    return new EntityAddress("default", "probe", name);
  }

  private CallContext context() {
    return new CallContext("test", "", node.clock().monotonicNs() + Trial.PATIENCE.toNanos());
  }

  void start(String name) {
    seen(node.sagas().start(id(name), NOTHING, context()));
  }

  /** Its result. */
  String over(String name) {
    start(name);
    byte[] result = seen(node.sagas().await(id(name), context())).result();
    return result == null ? "" : new String(result, StandardCharsets.UTF_8);
  }

  boolean rests(String name) {
    return seen(node.sagas().get(id(name), context())).steps().stream()
        .anyMatch(step -> step.error() != null);
  }

  /** Why what a saga left for later was given up; empty if it was not. */
  String givenUp(String name) {
    EntityAddress later =
        new EntityAddress(
            "default",
            DeferredSaga.PREFIX + declared.name(),
            "saga:probe/" + name + ":" + Probe.STEP);
    SagaView.Failure failure = seen(node.sagas().get(later, context())).failure();
    return failure == null ? "" : failure.code();
  }

  /** Something happens of which handlers are told. */
  void beat(int number) {
    EntityModel beats = Objects.requireNonNull(node.types().find(Beats.NAME));
    Outcome outcome =
        node.entities()
            .execute(
                new EntityCommand(
                    new EntityAddress("default", Beats.NAME, "one"),
                    beats.body(new Beats.Beat(number)),
                    null,
                    EntityCommand.Precondition.NONE,
                    context()));
    if (!(outcome instanceof Outcome.Done)) {
      throw new AssertionError("the node answered " + outcome);
    }
  }

  private static SagaView seen(SagaAnswer answer) {
    if (answer instanceof SagaAnswer.Seen seen) {
      return seen.saga();
    }
    throw new AssertionError("the node answered " + answer);
  }

  @Override
  public void close() {
    node.close();
  }
}
