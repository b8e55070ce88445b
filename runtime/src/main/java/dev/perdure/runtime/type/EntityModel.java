package dev.perdure.runtime.type;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Migration;
import dev.perdure.api.Operation;
import dev.perdure.api.Upcaster;
import dev.perdure.kernel.Hash64;
import dev.perdure.runtime.record.StateCheckpoint;
import dev.perdure.runtime.record.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;

/**
 * One entity type: its names, codecs and pure functions. Methods that say so run user code: the
 * shard calls them under its watch.
 */
public final class EntityModel {

  private static final ClassValue<ObjectWriter> REPLY_WRITERS =
      new ClassValue<>() {
        @Override
        protected ObjectWriter computeValue(Class<?> type) {
          return Json.STORED.writerFor(type);
        }
      };

  private final String name;
  private final Set<String> aliases;
  private final Entity<Object, Object, Object> entity;
  private final int entityVersion;
  private final long fingerprint;
  private final Map<String, CommandModel> commands = new TreeMap<>();
  private final Map<Class<?>, CommandModel> commandsByClass = new HashMap<>();
  private final Map<Class<?>, EventModel> eventsByClass = new HashMap<>();
  private final Map<String, EventModel> eventsByName = new HashMap<>();
  private final List<Upcaster> upcasters;
  private final List<Migration<Object>> migrations;
  private final Class<?> stateType;
  private final Codec stateCodec;
  private final boolean printsPublicNames;
  private final boolean wakes;
  private final boolean own;

  EntityModel(EntityShape shape, boolean printsPublicNames) {
    this.printsPublicNames = printsPublicNames;
    this.name = shape.name();
    this.aliases = shape.aliases();
    this.entity = shape.entity();
    this.wakes = Waking.isDeclaredBy(shape.entity());
    this.own = shape.own();
    this.entityVersion = shape.entity().version();
    this.fingerprint = shape.fingerprint();
    this.upcasters = List.copyOf(shape.entity().upcasters());
    this.migrations = List.copyOf(shape.entity().migrations());
    this.stateType = shape.state();
    this.stateCodec = new Codec(Json.STORED, shape.state());
    for (CommandModel command : shape.commands()) {
      commandsByClass.put(command.type(), command);
      for (String alias : command.names()) {
        if (commands.put(alias, command) != null) {
          throw new TypeDefinitionException(
              "entity '" + name + "' has two commands named '" + alias + "'");
        }
      }
    }
    for (EventModel event : shape.events()) {
      eventsByClass.put(event.type(), event);
      if (eventsByName.put(event.name(), event) != null) {
        throw new TypeDefinitionException(
            "entity '" + name + "' has two events named '" + event.name() + "'");
      }
    }
    if (!own) {
      prepare(shape);
    }
  }

  /** The codecs of an author's classes are worked out at the start: they will be needed. */
  private void prepare(EntityShape shape) {
    stateCodec.prepare();
    shape.commands().forEach(command -> command.codec().prepare());
    shape.events().forEach(event -> event.codec().prepare());
  }

  /** The stored name. */
  public String name() {
    return name;
  }

  /** Further names accepted at the door. */
  public Set<String> aliases() {
    return aliases;
  }

  /** Fold fingerprint: type, entity version, code version. */
  public long fingerprint() {
    return fingerprint;
  }

  public int entityVersion() {
    return entityVersion;
  }

  /** The state's record, for descriptions. */
  public Class<?> stateType() {
    return stateType;
  }

  /** Command records by public name, aliases among them, for descriptions. */
  public Map<String, Class<?>> commandTypes() {
    Map<String, Class<?>> types = new TreeMap<>();
    commands.forEach((alias, command) -> types.put(alias, command.type()));
    return types;
  }

  /** Event records by stored name, for descriptions. */
  public Map<String, Class<?>> eventTypes() {
    Map<String, Class<?>> types = new TreeMap<>();
    eventsByName.forEach((event, model) -> types.put(event, model.type()));
    return types;
  }

  public boolean hasCommand(String command) {
    return commands.containsKey(command);
  }

  /**
   * Reads a command from JSON.
   *
   * @param command a name for which {@link #hasCommand} holds
   * @param json a JSON object; an empty array of bytes is an empty object
   * @throws tools.jackson.core.JacksonException if it is not JSON at all
   */
  public CommandBody body(String command, byte[] json) {
    CommandModel model = model(command);
    JsonNode tree = json.length == 0 ? Json.STRICT.createObjectNode() : Json.STRICT.readTree(json);
    byte[] canonical = Canonical.bytes(tree);
    long print =
        printsPublicNames
            ? Hash64.of(
                canonical, 0, canonical.length, Hash64.of(command.getBytes(StandardCharsets.UTF_8)))
            : fingerprint(model, canonical);
    if (!tree.isObject()) {
      return new CommandBody(model.name(), print, json, null, "the body must be a JSON object");
    }
    try {
      return new CommandBody(model.name(), print, json, model.read(tree), null);
    } catch (JacksonException e) {
      return new CommandBody(model.name(), print, json, null, Reasons.of(e));
    }
  }

  /** Wraps a command record, as an embedded caller has it. */
  public CommandBody body(Object command) {
    CommandModel model = commandsByClass.get(command.getClass());
    if (model == null) {
      throw new IllegalArgumentException(
          "entity '" + name + "' has no command " + command.getClass().getSimpleName());
    }
    byte[] json = model.write(command);
    return new CommandBody(model.name(), fingerprint(model, json), json, command, null);
  }

  private CommandModel model(String command) {
    CommandModel model = commands.get(command);
    if (model == null) {
      throw new IllegalArgumentException("entity '" + name + "' has no command '" + command + "'");
    }
    return model;
  }

  private static long fingerprint(CommandModel model, byte[] canonical) {
    return Hash64.of(canonical, 0, canonical.length, model.nameHash());
  }

  /** Runs user code. */
  public Decision<Object> decide(Object state, Object command, Operation operation) {
    return entity.decide(state, command, operation);
  }

  /**
   * True for the platform's own types, whose events read back as they were written: tests see to
   * that, so that a leader need not.
   */
  public boolean readsBackTheSame() {
    return own;
  }

  /** True if entities of this type may want to be woken. */
  public boolean wakes() {
    return wakes;
  }

  /** When the entity wants to be woken, as a stamp; {@link Waking#NONE} if not. Runs user code. */
  public long wakeAt(Object state) {
    return wakes ? Waking.micros(entity.wakeAt(state)) : Waking.NONE;
  }

  /** Runs user code. */
  public Decision<Object> wake(Object state, Operation operation) {
    return entity.wake(state, operation);
  }

  /** Runs user code. */
  public Object initial() {
    return entity.initial();
  }

  /** Runs user code. */
  public Object evolve(Object state, Object event) {
    return entity.evolve(state, event);
  }

  /** Runs user code (accessors). */
  public StoredEvent encode(Object event) {
    EventModel model = eventsByClass.get(event.getClass());
    if (model == null) {
      throw new IllegalArgumentException(
          "decided an event that entity '" + name + "' does not declare");
    }
    return model.encode(event);
  }

  /** Runs user code (constructors, upcasters). Unknown names and newer versions throw. */
  public Object decode(StoredEvent stored) {
    EventModel model = eventsByName.get(stored.name());
    if (model != null && stored.schemaVersion() == model.version()) {
      return model.decode(stored.json());
    }
    return upcast(stored);
  }

  private Object upcast(StoredEvent stored) {
    String event = stored.name();
    int version = stored.schemaVersion();
    Map<String, Object> fields = Json.MAPS.readValue(stored.json());
    while (true) {
      Upcaster upcaster = EventModel.find(upcasters, event, version);
      if (upcaster == null) {
        throw new IllegalStateException(
            "no code reads event '" + event + "' of schema version " + version);
      }
      fields = upcaster.upcast().apply(fields);
      event = upcaster.toEvent();
      version = upcaster.toVersion();
      EventModel model = eventsByName.get(event);
      if (model != null && model.version() == version) {
        return model.fromMap(fields);
      }
    }
  }

  /** Runs user code (accessors). */
  public byte[] encodeState(Object state) {
    return StoredWriter.write(stateCodec.writer(), state);
  }

  /** A state that today's code wrote. Runs user code (constructors). */
  public Object decodeState(byte[] json) {
    return stateCodec.read(json);
  }

  /**
   * The state of a checkpoint, if today's code may read it: folded by this very code, or by an
   * older entity version for which a migration is declared. Runs user code.
   */
  public Optional<Object> restore(StateCheckpoint checkpoint) {
    if (checkpoint.fingerprint() == fingerprint) {
      return Optional.of(stateCodec.read(checkpoint.state()));
    }
    Migration<Object> migration = migration(checkpoint.entityVersion());
    if (migration == null) {
      return Optional.empty();
    }
    Map<String, Object> old = Json.MAPS.readValue(checkpoint.state());
    return Optional.of(migration.migrate().apply(old));
  }

  /** The state of a checkpoint whoever folded it. Only a planted bug wants that. */
  public Optional<Object> restoreAny(StateCheckpoint checkpoint) {
    return Optional.of(stateCodec.read(checkpoint.state()));
  }

  private @Nullable Migration<Object> migration(int version) {
    if (version == entityVersion) {
      return null;
    }
    for (Migration<Object> migration : migrations) {
      if (migration.fromVersion() == version) {
        return migration;
      }
    }
    return null;
  }

  /** A reply as JSON; null is an empty object. Runs user code (accessors). */
  public static byte[] encodeReply(@Nullable Object reply) {
    return reply == null
        ? "{}".getBytes(StandardCharsets.UTF_8)
        : StoredWriter.write(REPLY_WRITERS.get(reply.getClass()), reply);
  }
}
