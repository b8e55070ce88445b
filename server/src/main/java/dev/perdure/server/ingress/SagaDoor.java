package dev.perdure.server.ingress;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.Sagas.SagaType;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.DeferredSaga;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The only holder of the sagas within the ingress; serves nobody but an {@link Admitted}. */
final class SagaDoor {

  private final Sagas sagas;
  private final Clock clock;
  private final Map<String, SagaType> types = new TreeMap<>();

  SagaDoor(Sagas sagas, Clock clock) {
    this.sagas = sagas;
    this.clock = clock;
    for (SagaType type : sagas.types()) {
      types.put(type.name(), type);
      type.aliases().forEach(alias -> types.put(alias, type));
    }
  }

  /**
   * The saga that a path names, within the caller's tenant.
   *
   * @throws ProblemException {@code unknown-type} or {@code invalid-id}
   */
  EntityAddress address(Admitted admitted) {
    Route.Target target = admitted.request().target();
    String name = type(Percent.decode(target.type(), "the saga type"));
    try {
      return new EntityAddress(admitted.tenant(), name, Percent.decode(target.id(), "the id"));
    } catch (IllegalArgumentException e) {
      throw new ProblemException(ProblemCode.INVALID_ID, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The stored name of a type.
   *
   * @param name or an alias
   * @throws ProblemException {@code unknown-type}
   */
  String type(String name) {
    @Nullable SagaType type = types.get(name);
    if (type == null && name.startsWith(DeferredSaga.PREFIX)) {
      return name; // the platform's own: looked at and decided about, never started
    }
    if (type == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_TYPE,
          "there is no saga type '%s'; there is %s"
              .formatted(
                  Text.shown(name), types.isEmpty() ? "none" : String.join(", ", types.keySet())));
    }
    return type.name();
  }

  SagaAnswer start(Admitted admitted, EntityAddress saga, byte[] input) {
    return sagas.start(saga, input, admitted.context());
  }

  SagaAnswer get(Admitted admitted, EntityAddress saga) {
    return sagas.get(saga, admitted.context());
  }

  /** Where it stands when it goes on no more, or when this time is over. */
  SagaAnswer await(Admitted admitted, EntityAddress saga, Duration wait) {
    return sagas.await(saga, admitted.until(clock.monotonicNs() + wait.toNanos()).context());
  }

  SagaAnswer signal(
      Admitted admitted, EntityAddress saga, Sagas.Signal signal, @Nullable String operationId) {
    return sagas.signal(saga, signal, operationId, admitted.context());
  }

  SagaAnswer cancel(Admitted admitted, EntityAddress saga, String reason) {
    return sagas.cancel(saga, reason, admitted.context());
  }

  SagaAnswer decide(Admitted admitted, EntityAddress saga, Sagas.SagaDecision decision) {
    return sagas.decide(saga, decision, admitted.context());
  }

  /** A page of what this node leads; the query's tenant is the caller's. */
  Sagas.SagaPage list(Admitted admitted, Listing listing) {
    return sagas.list(
        new Sagas.SagaQuery(
            admitted.tenant(),
            listing.type(),
            listing.unfinished(),
            listing.after(),
            listing.limit()));
  }

  /** What to list, of the caller's tenant. */
  record Listing(@Nullable String type, boolean unfinished, @Nullable String after, int limit) {}
}
