package dev.perdure.testkit.saga;

import dev.perdure.api.Service;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.History;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.drive.Rehearsal;
import dev.perdure.runtime.drive.Rehearsal.Difference;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.TypeRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Replays what is recorded of sagas against new code, before it is deployed: steps that were
 * inserted, removed or reordered, arguments that changed, compensations that are gone. Only sagas
 * that have not ended can differ.
 */
public final class SagaReplay {

  private static final int PAGE = 1_000;
  private static final int LISTED = 500;

  private final TypeRegistry types;

  private SagaReplay(TypeRegistry types) {
    this.types = types;
  }

  /** Against these services. */
  public static SagaReplay against(Service... services) {
    return new SagaReplay(new TypeRegistry(List.of(services)));
  }

  /**
   * What the new code does differently to one saga; empty if nothing.
   *
   * @param history the events of its record, all of them
   */
  public List<Difference> replay(EntityAddress saga, List<History.Event> history) {
    return Rehearsal.of(types, saga, history);
  }

  /**
   * Reads what is recorded of one saga, and replays it.
   *
   * @throws IllegalStateException if it cannot be read now
   */
  public List<Difference> replay(Entities entities, EntityAddress saga) {
    List<History.Event> events = new ArrayList<>();
    boolean more = true;
    while (more) {
      long after = events.isEmpty() ? 0 : events.getLast().version();
      switch (entities.history(saga, after, PAGE)) {
        case History.Page page -> {
          events.addAll(page.events());
          more = page.more() && !page.events().isEmpty();
        }
        case History.Failed failed -> throw new IllegalStateException(failed.problem().detail());
      }
    }
    return replay(saga, events);
  }

  /**
   * Replays all of a tenant's sagas that have not ended; those without differences are left out.
   */
  public Map<String, List<Difference>> replayUnfinished(
      Sagas sagas, Entities entities, String tenant) {
    Map<String, List<Difference>> found = new TreeMap<>();
    @Nullable String after = null;
    do {
      Sagas.SagaPage page = sagas.list(new Sagas.SagaQuery(tenant, null, true, after, LISTED));
      for (SagaView one : page.sagas()) {
        List<Difference> differences = replay(entities, one.address());
        if (!differences.isEmpty()) {
          found.put(one.address().type() + "/" + one.address().id(), differences);
        }
      }
      after = page.next();
    } while (after != null);
    return found;
  }
}
