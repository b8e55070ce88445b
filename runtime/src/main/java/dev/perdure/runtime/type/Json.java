package dev.perdure.runtime.type;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.BufferRecycler;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.core.util.RecyclerPool;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** How JSON is read and written: strict at the door, lenient with what is stored. */
public final class Json {

  /** Deepest nesting that is read. */
  public static final int DEPTH_MAX = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxNumberLength(100)
                  .maxNameLength(1_000)
                  .maxStringLength(4 << 20)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /**
   * For stored data: unknown fields are ignored when read, so that older code reads newer events.
   */
  static final JsonMapper STORED =
      // Used by the few threads that own shards: no need to share buffers.
      stored(JsonRecyclerPools.threadLocalPool());

  /** Like {@link #STORED}, for virtual threads: they are many, so buffers are shared. */
  static final JsonMapper VALUES = stored(JsonRecyclerPools.sharedConcurrentDequePool());

  /** For commands: what does not fit is refused. */
  static final JsonMapper STRICT =
      JsonMapper.builder(FACTORY)
          .addModule(RecordMaker.module())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .disable(EnumFeature.READ_ENUMS_USING_TO_STRING)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST) // records have no others
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .changeDefaultPropertyInclusion(
              value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  /** For trees that go through an upcaster or migration. */
  static final ObjectReader MAPS = STORED.readerFor(Map.class);

  private Json() {}

  /**
   * One JSON value, read as strictly as a command.
   *
   * @throws JacksonException if it is not well-formed or not within bounds
   */
  public static JsonNode read(byte[] json) {
    return STRICT.readTree(json);
  }

  private static JsonMapper stored(RecyclerPool<BufferRecycler> buffers) {
    return JsonMapper.builder(
            FACTORY
                .rebuild()
                .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .recyclerPool(buffers)
                .rootValueSeparator((String) null)
                .build())
        .addModule(RecordMaker.module())
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .changeDefaultPropertyInclusion(
            value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
        .build();
  }
}
