package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.mode.Mode;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.runtime.type.SagaModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.server.http.Exchange;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells callers the node's mode where it is not normal, and refuses new work that was declared or
 * forced to be refused in it.
 */
final class ModeDoor {

  private static final HeaderName MODE = HeaderNames.create("Perdure-Mode");
  private static final Map<Mode, Header> HEADERS = headers();

  private final Modes modes;
  private final TypeRegistry types;

  ModeDoor(Modes modes, TypeRegistry types) {
    this.modes = modes;
    this.types = types;
  }

  private static Map<Mode, Header> headers() {
    Map<Mode, Header> headers = new EnumMap<>(Mode.class);
    for (Mode mode : Mode.values()) {
      headers.put(mode, HeaderValues.createCached(MODE, mode.text()));
    }
    return headers;
  }

  /**
   * Lets a request pass.
   *
   * @throws ProblemException {@code read-only} or {@code capability-degraded}
   */
  void check(Exchange exchange, Route.Target target, String tenant) {
    Mode mode = modes.state().mode();
    if (mode != Mode.NORMAL) {
      exchange.header(Objects.requireNonNull(HEADERS.get(mode)));
    }
    boolean writes = target.route().writes(exchange.method());
    String refusal = writes ? modes.refusal() : null;
    if (refusal != null) {
      throw new ProblemException(ProblemCode.READ_ONLY, refusal);
    }
    switch (target.route()) {
      case SAGA -> {
        if (!writes) {
          return;
        }
        String name = Percent.decode(target.type(), "the saga type");
        SagaModel model = types.saga(name);
        covered(model == null ? name : model.name(), tenant);
      }
      case QUEUE_SEND, QUEUE_LEASE -> covered(Percent.decode(target.type(), "the queue"), tenant);
      case VIEW -> covered(Percent.decode(target.type(), "the view"), tenant);
      default -> {
        // Commands are checked where their type is looked up, each line of a batch by itself. What
        // was begun may be looked at, acknowledged and cancelled.
      }
    }
  }

  /**
   * Lets a request for a type, a queue or a view pass.
   *
   * @param name as stored
   * @throws ProblemException {@code capability-degraded}
   */
  void covered(String name, String tenant) {
    @Nullable String refusal = modes.refusal(name, tenant);
    if (refusal != null) {
      throw new ProblemException(ProblemCode.CAPABILITY_DEGRADED, refusal);
    }
  }
}
