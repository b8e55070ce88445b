package dev.perdure.runtime.type;

import dev.perdure.api.Compensation;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One saga type: its names, what it takes and gives, and the author's code. */
public final class SagaModel {

  private final Saga<Object, Object> saga;
  private final EntityModel record;
  private final Class<?> input;
  private final Class<?> result;
  private final SagaOptions options;
  private final Map<String, Compensation<?>> compensations;
  private final @Nullable String deferredOf;

  @SuppressWarnings("unchecked") // the type arguments are read from the class itself
  SagaModel(Saga<?, ?> saga, EntityModel record) {
    this.deferredOf = saga instanceof DeferredSaga own ? own.capability() : null;
    this.saga = (Saga<Object, Object>) saga;
    this.record = record;
    Type[] arguments = arguments(saga.getClass());
    this.input = raw(arguments[0], saga.getClass());
    this.result = raw(arguments[1], saga.getClass());
    this.options = saga.options();
    this.compensations = Map.copyOf(saga.compensations());
  }

  private static Type[] arguments(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Type implemented : at.getGenericInterfaces()) {
        if (implemented instanceof ParameterizedType parameterized
            && parameterized.getRawType() == Saga.class) {
          return parameterized.getActualTypeArguments();
        }
      }
    }
    throw new TypeDefinitionException(
        type.getName() + " must implement Saga<Input, Result> itself, with its own types");
  }

  private static Class<?> raw(Type argument, Class<?> saga) {
    if (argument instanceof Class<?> type) {
      return type;
    }
    if (argument instanceof ParameterizedType parameterized
        && parameterized.getRawType() instanceof Class<?> type) {
      return type;
    }
    throw new TypeDefinitionException(saga.getName() + " must name its input and result classes");
  }

  /** The stored name. */
  public String name() {
    return record.name();
  }

  /** The capability whose work it does later, so that no caller starts it; null for an author's. */
  public @Nullable String deferredOf() {
    return deferredOf;
  }

  /** Further names accepted at the door. */
  public Set<String> aliases() {
    return record.aliases();
  }

  /** The codec of its records. */
  public EntityModel record() {
    return record;
  }

  public Class<?> input() {
    return input;
  }

  /** {@code Void} for none. */
  public Class<?> result() {
    return result;
  }

  public SagaOptions options() {
    return options;
  }

  /** What undoes a step outside of entities; null if there is none of that name. */
  public @Nullable Compensation<?> compensation(String name) {
    return compensations.get(name);
  }

  /**
   * An input as it is recorded.
   *
   * @param text canonical JSON; null if it does not fit
   * @param invalid why it does not fit; null if it does
   */
  public record Input(@Nullable String text, @Nullable String invalid) {}

  /**
   * Reads an input as it came. Runs user code (constructors).
   *
   * @throws JacksonException if it is not JSON at all
   */
  public Input input(byte[] json) {
    JsonNode tree = json.length == 0 ? Json.STRICT.createObjectNode() : Json.STRICT.readTree(json);
    if (!tree.isObject()) {
      return new Input(null, "the input must be a JSON object");
    }
    try {
      Json.STRICT.readerFor(input).readValue(tree);
    } catch (JacksonException e) {
      return new Input(null, Reasons.of(e));
    }
    return new Input(new String(Canonical.bytes(tree), StandardCharsets.UTF_8), null);
  }

  /** Runs the author's code. */
  public @Nullable Object run(String recorded, SagaContext context) throws Exception {
    return saga.run(Values.read(recorded, input), context);
  }
}
