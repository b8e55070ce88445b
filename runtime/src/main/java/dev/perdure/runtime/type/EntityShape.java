package dev.perdure.runtime.type;

import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Saga;
import dev.perdure.api.Subscription;
import dev.perdure.kernel.ByteWriter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What reflection finds of an entity class; everything that is wrong with it is said here. */
record EntityShape(
    String name,
    Set<String> aliases,
    Entity<Object, Object, Object> entity,
    Class<?> state,
    List<CommandModel> commands,
    List<EventModel> events,
    boolean own,
    long fingerprint) {

  private static final String OWN_RECORDS = "perdure";
  private static final String OWN_PACKAGE = "dev.perdure.runtime.";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,62}");

  static EntityShape of(Entity<?, ?, ?> entity, String serviceVersion) {
    return of(entity, named(entity.getClass(), "entity"), serviceVersion);
  }

  /** The stored name of a subscription or a reaction. */
  static String ofSubscription(Object subscription) {
    String own = subscription instanceof Subscription<?> one ? one.name() : "";
    return own.isEmpty()
        ? named(subscription.getClass(), "subscription").value()
        : checked(own, subscription.getClass());
  }

  /** Something of the platform's own that is stored under one name. */
  static EntityShape own(Entity<?, ?, ?> entity) {
    return of(entity, named(entity.getClass(), "entity"), OWN_RECORDS);
  }

  /** The records of sagas: entities of one class under many names. */
  static EntityShape ofSaga(Saga<?, ?> saga) {
    Named named = named(saga.getClass(), "saga");
    return of(OwnTypes.SAGA, named.value(), Set.of(named.aliases()), OWN_RECORDS);
  }

  /** The records of a saga of the platform's own, whose class serves under several names. */
  static EntityShape ofSaga(String name) {
    return of(OwnTypes.SAGA, name, Set.of(), OWN_RECORDS);
  }

  private static EntityShape of(Entity<?, ?, ?> entity, Named named, String serviceVersion) {
    return of(Parts.of(entity), named.value(), Set.of(named.aliases()), serviceVersion);
  }

  private static EntityShape of(
      Parts parts, String name, Set<String> aliases, String serviceVersion) {
    Class<?> type = parts.entity().getClass();
    List<Class<?>> code = new ArrayList<>();
    parts.events().forEach(event -> code.add(event.type()));
    code.add(type);
    code.add(parts.state());
    return new EntityShape(
        name,
        aliases,
        parts.entity(),
        parts.state(),
        parts.commands(),
        parts.events(),
        serviceVersion.equals(OWN_RECORDS) && type.getPackageName().startsWith(OWN_PACKAGE),
        fingerprint(name, parts.entity().version(), serviceVersion, code));
  }

  /** What an entity class has whatever it is named. */
  record Parts(
      Entity<Object, Object, Object> entity,
      Class<?> state,
      List<CommandModel> commands,
      List<EventModel> events) {

    @SuppressWarnings("unchecked") // the type arguments are read from the class itself
    static Parts of(Entity<?, ?, ?> entity) {
      Class<?> type = entity.getClass();
      Type[] arguments = arguments(type);
      Class<?> state = raw(arguments[0], type);
      List<Class<?>> commandTypes = records(raw(arguments[1], type), type);
      List<Class<?>> eventTypes = records(raw(arguments[2], type), type);
      List<CommandModel> commands = new ArrayList<>();
      for (Class<?> command : commandTypes) {
        commands.add(command(command));
      }
      List<EventModel> events = new ArrayList<>();
      for (Class<?> event : eventTypes) {
        Named eventName = named(event, "event");
        events.add(new EventModel(eventName.value(), eventName.version(), event));
      }
      return new Parts((Entity<Object, Object, Object>) entity, state, commands, events);
    }
  }

  private static CommandModel command(Class<?> type) {
    Named named = type.getAnnotation(Named.class);
    String name = named == null ? kebab(type.getSimpleName()) : checked(named.value(), type);
    Set<String> names = new LinkedHashSet<>();
    names.add(name);
    if (named != null) {
      for (String alias : named.aliases()) {
        names.add(checked(alias, type));
      }
    }
    return new CommandModel(name, names, type);
  }

  static Named named(Class<?> type, String what) {
    Named named = type.getAnnotation(Named.class);
    if (named == null) {
      throw new TypeDefinitionException(
          what + " " + type.getName() + " needs a stable name: annotate it with @Named(\"…\")");
    }
    checked(named.value(), type);
    for (String alias : named.aliases()) {
      checked(alias, type);
    }
    return named;
  }

  private static String checked(String name, Class<?> type) {
    if (!NAME.matcher(name).matches()) {
      throw new TypeDefinitionException(
          "name '" + name + "' of " + type.getName() + " must match " + NAME.pattern());
    }
    return name;
  }

  private static Type[] arguments(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Type implemented : at.getGenericInterfaces()) {
        if (implemented instanceof ParameterizedType parameterized
            && parameterized.getRawType() == Entity.class) {
          return parameterized.getActualTypeArguments();
        }
      }
    }
    throw new TypeDefinitionException(
        type.getName()
            + " must implement Entity<State, Command, Event> itself, with its own types");
  }

  private static Class<?> raw(Type argument, Class<?> entity) {
    if (argument instanceof Class<?> type) {
      return type;
    }
    if (argument instanceof ParameterizedType parameterized
        && parameterized.getRawType() instanceof Class<?> type) {
      return type;
    }
    throw new TypeDefinitionException(
        entity.getName() + " must name its state, command and event classes");
  }

  private static List<Class<?>> records(Class<?> type, Class<?> entity) {
    if (type.isRecord()) {
      return List.of(type);
    }
    Class<?> @Nullable [] permitted = type.getPermittedSubclasses();
    if (permitted == null) {
      throw new TypeDefinitionException(
          type.getName()
              + ", used by "
              + entity.getName()
              + ", must be a sealed interface of records");
    }
    List<Class<?>> found = new ArrayList<>();
    for (Class<?> one : permitted) {
      found.addAll(records(one, entity));
    }
    return found;
  }

  /** Type, entity version, service version and the very bytes of the classes that fold. */
  static long fingerprint(String name, int version, String serviceVersion, List<Class<?>> code) {
    ByteWriter out = new ByteWriter(4096);
    out.text(name).varint(version).text(serviceVersion);
    for (Class<?> type : code) {
      out.blob(classFile(type));
    }
    return out.hash(0, out.size(), 0);
  }

  private static byte[] classFile(Class<?> type) {
    String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      return in == null
          ? type.getName().getBytes(java.nio.charset.StandardCharsets.UTF_8)
          : in.readAllBytes();
    } catch (IOException e) {
      throw new TypeDefinitionException(
          "class file of " + type.getName() + " cannot be read: " + e);
    }
  }

  private static String kebab(String simpleName) {
    return simpleName.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
