package dev.perdure.runtime.type;

import dev.perdure.api.Entity;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The types of entities and sagas that a node serves, by public name. Immutable. */
public final class TypeRegistry {

  private final Map<String, EntityModel> byName = new TreeMap<>();
  private final Map<String, SagaModel> sagas = new TreeMap<>();

  /**
   * Reads the services' types.
   *
   * @throws TypeDefinitionException if one of them cannot be used, naming what is wrong
   */
  public TypeRegistry(List<? extends Service> services) {
    this(services, false);
  }

  /**
   * Reads the services' types.
   *
   * @param printsPublicNames a planted bug: fingerprints of commands change with their aliases
   */
  public TypeRegistry(List<? extends Service> services, boolean printsPublicNames) {
    for (Service service : services) {
      for (Entity<?, ?, ?> entity : service.entities()) {
        EntityModel model =
            new EntityModel(EntityShape.of(entity, service.version()), printsPublicNames);
        register(model.name(), model);
        model.aliases().forEach(alias -> register(alias, model));
      }
    }
    for (Service service : services) {
      for (Saga<?, ?> saga : service.sagas()) {
        SagaModel model = new SagaModel(saga, new EntityModel(EntityShape.ofSaga(saga), false));
        register(model.name(), model);
        model.aliases().forEach(alias -> register(alias, model));
      }
    }
  }

  private void register(String name, SagaModel model) {
    if (byName.containsKey(name) || sagas.put(name, model) != null) {
      throw new TypeDefinitionException("an entity or another saga is named '" + name + "' too");
    }
  }

  private void register(String name, EntityModel model) {
    if (byName.put(name, model) != null) {
      throw new TypeDefinitionException("two entities are named '" + name + "'");
    }
  }

  /** The model of an entity's public or stored name; null if there is none. */
  public @Nullable EntityModel find(String name) {
    return byName.get(name);
  }

  /** The model of what is stored under a name, records of sagas too; an alias is none. */
  public @Nullable EntityModel stored(String name) {
    EntityModel model = byName.get(name);
    if (model == null) {
      SagaModel saga = sagas.get(name);
      model = saga == null ? null : saga.record();
    }
    return model != null && model.name().equals(name) ? model : null;
  }

  /** The saga of a public or stored name; null if there is none. */
  public @Nullable SagaModel saga(String name) {
    return sagas.get(name);
  }

  public Collection<SagaModel> sagas() {
    return List.copyOf(Set.copyOf(sagas.values()));
  }

  public Collection<EntityModel> models() {
    return List.copyOf(Set.copyOf(byName.values()));
  }

  /** Public names, for messages. */
  public Set<String> names() {
    return new TreeSet<>(byName.keySet());
  }
}
