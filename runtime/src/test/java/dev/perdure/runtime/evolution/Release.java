package dev.perdure.runtime.evolution;

import dev.perdure.api.Entity;
import dev.perdure.api.Service;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.EntityModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One release of a service, running on a data directory that others ran on before. */
final class Release implements AutoCloseable {

  static final int CHECKPOINT_EVERY = 4;

  private static final long DEADLINE_NS = 60_000_000_000L;

  private final Node node;

  private Release(Node node) {
    this.node = node;
  }

  /** Opens a node and waits, at most twenty seconds, until it takes commands. */
  static Release deploy(Path data, Entity<?, ?, ?> entity) {
    NodeOptions options =
        NodeOptions.of(data)
            .withShards(1)
            .withLimits(Limits.defaults().withCheckpointEvery(CHECKPOINT_EVERY));
    Node node = Node.open(options, List.of(new Bundle(entity)));
    long deadline = node.clock().monotonicNs() + DEADLINE_NS;
    while (!node.health().writes() && node.clock().monotonicNs() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    return new Release(node);
  }

  private record Bundle(Entity<?, ?, ?> entity) implements Service {
    @Override
    public String name() {
      return "stock";
    }

    @Override
    public String version() {
      return entity.getClass().getSimpleName();
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(entity);
    }
  }

  /** Runs a command under public names, as a request does. */
  String run(String target, String body, @Nullable String key) {
    String[] parts = target.split("/", -1);
    EntityModel model = Objects.requireNonNull(node.types().find(parts[0]), target);
    return text(
        node.entities()
            .execute(
                new EntityCommand(
                    address(model, parts[1]),
                    model.body(parts[2], body.getBytes(StandardCharsets.UTF_8)),
                    key,
                    EntityCommand.Precondition.NONE,
                    context())));
  }

  String read(String target) {
    String[] parts = target.split("/", -1);
    EntityModel model = Objects.requireNonNull(node.types().find(parts[0]), target);
    return text(node.entities().read(address(model, parts[1]), context(), false));
  }

  private static EntityAddress address(EntityModel model, String id) {
    return new EntityAddress("default", model.name(), id);
  }

  private CallContext context() {
    return new CallContext("tester", "", node.clock().monotonicNs() + DEADLINE_NS);
  }

  private static String text(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done ->
          new String(done.body(), StandardCharsets.UTF_8)
              + " at "
              + done.version()
              + (done.replayed() ? ", replayed" : "");
      case Outcome.Rejected no -> no.code();
      case Outcome.Failed failed -> failed.code().code();
    };
  }

  /** True if what is served equals what folding everything from the beginning gives. */
  boolean servesWhatHistorySays() {
    return node.digests().served().state() == node.digests().genesis().state();
  }

  @Override
  public void close() {
    node.close();
  }
}
