package dev.perdure.runtime.type;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.api.Entity;
import dev.perdure.api.Queue;
import dev.perdure.api.Reaction;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import dev.perdure.api.View;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The entities, sagas, subscriptions and views that a node serves, by public name. Immutable. */
public final class TypeRegistry {

  private final Map<String, EntityModel> byName = new TreeMap<>();
  private final Map<String, SagaModel> sagas = new TreeMap<>();
  private final Map<String, SubscriptionModel> subscriptions = new TreeMap<>();
  private final Map<String, ViewModel> views = new TreeMap<>();
  private final EntityModel subscriptionRecords = OwnTypes.SUBSCRIPTIONS;
  private final EntityModel transactions = OwnTypes.TRANSACTIONS;
  private final Map<String, Queue> queues = new TreeMap<>();
  private final Map<String, Capability> capabilities = new TreeMap<>();
  private final Map<String, Capability> needed = new TreeMap<>();
  private final Set<String> handlersCall = new TreeSet<>();
  private final EntityModel messages = OwnTypes.MESSAGES;

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
    for (Service service : services) {
      for (Subscription<?> one : service.subscriptions()) {
        String name = EntityShape.ofSubscription(one);
        register(new SubscriptionModel(name, subscribed(name, one.entity()), one));
      }
      for (Reaction<?> one : service.reactions()) {
        String name = EntityShape.ofSubscription(one);
        register(new SubscriptionModel(name, subscribed(name, one.entity()), one));
      }
      service.queues().forEach(this::register);
    }
    for (Service service : services) {
      service.views().forEach(one -> register(one, service.version()));
    }
    services.forEach(service -> service.capabilities().forEach(this::register));
    capabilities.values().forEach(this::check);
  }

  private void register(Capability capability) {
    if (capabilities.put(capability.name(), capability) != null) {
      throw new TypeDefinitionException("two capabilities are named '" + capability.name() + "'");
    }
    if (capability.degraded() instanceof Degraded.Later form) {
      register(DeferredSaga.PREFIX + capability.name(), deferred(capability.name(), form));
    }
  }

  private static SagaModel deferred(String capability, Degraded.@Nullable Later form) {
    return new SagaModel(
        new DeferredSaga(capability, form),
        new EntityModel(EntityShape.ofSaga(DeferredSaga.PREFIX + capability), false));
  }

  private void check(Capability capability) {
    for (String covered : capability.covers()) {
      EntityModel entity = byName.get(covered);
      SagaModel saga = sagas.get(covered);
      if ((entity == null || !entity.name().equals(covered))
          && (saga == null || !saga.name().equals(covered))
          && !queues.containsKey(covered)
          && !views.containsKey(covered)) {
        throw new TypeDefinitionException(
            "capability '"
                + capability.name()
                + "' covers '"
                + covered
                + "', which is not the name of anything");
      }
    }
    for (String need : capability.needs()) {
      Capability other = needed.put(need, capability);
      if (Capability.isDependency(need) && other != null) {
        throw new TypeDefinitionException(
            "capabilities '"
                + other.name()
                + "' and '"
                + capability.name()
                + "' both need dependency '"
                + need
                + "'; what its calls do without it can be declared once");
      }
    }
  }

  private void register(View<?, ?> view, String serviceVersion) {
    EntityModel entity = byName.get(view.entity());
    ViewModel model = new ViewModel(ViewShape.of(view, entity, serviceVersion), view);
    if (views.put(model.name(), model) != null) {
      throw new TypeDefinitionException("two views are named '" + model.name() + "'");
    }
    if (views.size() > ViewShape.VIEWS_MAX) {
      throw new TypeDefinitionException(
          "there are more than " + ViewShape.VIEWS_MAX + " views, which is the limit of a node");
    }
  }

  private EntityModel subscribed(String name, String entity) {
    EntityModel model = byName.get(entity);
    if (model == null) {
      throw new TypeDefinitionException(
          "subscription '" + name + "' wants the events of '" + entity + "', which is no entity");
    }
    return model;
  }

  private void register(SubscriptionModel model) {
    String dependency = model.options().dependency();
    if (!dependency.isEmpty()) {
      if (model.reacts()) {
        throw new TypeDefinitionException(
            "reaction '"
                + model.name()
                + "' names dependency '"
                + dependency
                + "', but calls nothing: it says what is to be done");
      }
      handlersCall.add(dependency);
    }
    if (subscriptions.put(model.name(), model) != null) {
      throw new TypeDefinitionException("two subscriptions are named '" + model.name() + "'");
    }
  }

  private void register(Queue queue) {
    if (queues.put(queue.name(), queue) != null) {
      throw new TypeDefinitionException("two queues are named '" + queue.name() + "'");
    }
  }

  private void register(String name, SagaModel model) {
    if (byName.containsKey(name) || sagas.put(name, model) != null) {
      throw new TypeDefinitionException("an entity or another saga is named '" + name + "' too");
    }
  }

  private void register(String name, EntityModel model) {
    if (own(name) != null) {
      throw new TypeDefinitionException("the name '" + name + "' is the platform's own");
    }
    if (byName.put(name, model) != null) {
      throw new TypeDefinitionException("two entities are named '" + name + "'");
    }
  }

  /** The model of an entity's public or stored name; null if there is none. */
  public @Nullable EntityModel find(String name) {
    return byName.get(name);
  }

  /** The model of what is stored under a name, the platform's too; an alias is none. */
  public @Nullable EntityModel stored(String name) {
    EntityModel model = byName.get(name);
    if (model == null) {
      SagaModel saga = saga(name);
      model = saga == null ? null : saga.record();
    }
    if (model == null) {
      model = own(name);
    }
    return model != null && model.name().equals(name) ? model : null;
  }

  /** The platform's own. */
  private @Nullable EntityModel own(String name) {
    if (name.equals(subscriptionRecords.name())) {
      return subscriptionRecords;
    }
    if (name.equals(messages.name())) {
      return messages;
    }
    return name.equals(transactions.name()) ? transactions : null;
  }

  /** The saga of a public or stored name; null if there is none. */
  public @Nullable SagaModel saga(String name) {
    SagaModel found = sagas.get(name);
    return found == null && name.startsWith(DeferredSaga.PREFIX)
        ? deferred(name.substring(DeferredSaga.PREFIX.length()), null)
        : found;
  }

  /** The subscription or reaction of a name; null if there is none. */
  public @Nullable SubscriptionModel subscription(String name) {
    return subscriptions.get(name);
  }

  /** All subscriptions and reactions, by name. */
  public Collection<SubscriptionModel> subscriptions() {
    return List.copyOf(subscriptions.values());
  }

  /** What is stored for transactions. */
  public EntityModel transactions() {
    return transactions;
  }

  /** The view of a name; null if there is none. */
  public @Nullable ViewModel view(String name) {
    return views.get(name);
  }

  /** All views, by name. */
  public Collection<ViewModel> views() {
    return List.copyOf(views.values());
  }

  /** The dependencies that handlers of subscriptions name. */
  public Set<String> handlersCall() {
    return Set.copyOf(handlersCall);
  }

  /** What is stored for subscriptions. */
  public EntityModel subscriptionRecords() {
    return subscriptionRecords;
  }

  /** The queue of a name; null if there is none. */
  public @Nullable Queue queue(String name) {
    return queues.get(name);
  }

  /** All queues, by name. */
  public Collection<Queue> queues() {
    return List.copyOf(queues.values());
  }

  /** All capabilities, by name. */
  public Collection<Capability> capabilities() {
    return List.copyOf(capabilities.values());
  }

  /** What is stored for the messages of queues. */
  public EntityModel messages() {
    return messages;
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
