package dev.perdure.runtime.type;

import dev.perdure.api.Entity;
import dev.perdure.api.Service;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The entity types that a node serves, by public name. Immutable. */
public final class TypeRegistry {

  private final Map<String, EntityModel> byName = new TreeMap<>();

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
  }

  private void register(String name, EntityModel model) {
    if (byName.put(name, model) != null) {
      throw new TypeDefinitionException("two entities are named '" + name + "'");
    }
  }

  /** The model of a public or stored name; null if there is none. */
  public @Nullable EntityModel find(String name) {
    return byName.get(name);
  }

  /** The model that is stored under a name; an alias is none. */
  public @Nullable EntityModel stored(String name) {
    EntityModel model = byName.get(name);
    return model != null && model.name().equals(name) ? model : null;
  }

  public Collection<EntityModel> models() {
    return List.copyOf(Set.copyOf(byName.values()));
  }

  /** Public names, for messages. */
  public Set<String> names() {
    return new TreeSet<>(byName.keySet());
  }
}
