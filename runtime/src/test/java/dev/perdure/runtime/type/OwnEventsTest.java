package dev.perdure.runtime.type;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Named;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.runtime.queue.MessageEntity;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.saga.SagaEntity;
import dev.perdure.runtime.subscription.SubscriptionEntity;
import dev.perdure.runtime.transaction.TransactionEntity;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Events of the platform's own types read back as they were written: a leader goes on with the
 * event that it decided, everybody else with the one that is stored.
 */
class OwnEventsTest {

  private static final int EACH = 300;
  private static final int TEXT_MAX = 12;
  private static final int LIST_MAX = 4;

  private final SplittableRandom random = new SplittableRandom(5);

  @Named("nothing")
  record Nothing() implements Saga<Nothing, Void> {
    @Override
    public Void run(Nothing input, SagaContext context) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void readBackAsTheyWereWritten() throws Exception {
    for (EntityShape shape :
        List.of(
            EntityShape.ofSaga(new Nothing()),
            EntityShape.own(new MessageEntity()),
            EntityShape.own(new TransactionEntity()),
            EntityShape.own(new SubscriptionEntity()))) {
      EntityModel model = new EntityModel(shape, false);
      assertThat(model.readsBackTheSame()).isTrue();
      for (Map.Entry<String, Class<?>> type : model.eventTypes().entrySet()) {
        for (int i = 0; i < EACH; i++) {
          Object event = made(type.getValue());
          StoredEvent stored = model.encode(event);
          assertThat(model.decode(stored)).as(type.getKey()).isEqualTo(event);
        }
      }
    }
  }

  /** One that was decided at another node is known again at this one. */
  @Test
  void commandsHaveTheFingerprintThatTheyHaveAfterTheirWay() throws Exception {
    for (EntityShape shape :
        List.of(
            EntityShape.ofSaga(new Nothing()),
            EntityShape.own(new MessageEntity()),
            EntityShape.own(new TransactionEntity()),
            EntityShape.own(new SubscriptionEntity()))) {
      EntityModel model = new EntityModel(shape, false);
      for (Map.Entry<String, Class<?>> type : model.commandTypes().entrySet()) {
        for (int i = 0; i < EACH; i++) {
          CommandBody here = model.body(made(type.getValue()));
          CommandBody there = model.body(here.command(), here.json());
          assertThat(there.invalid()).as(type.getKey()).isNull();
          assertThat(there.fingerprint())
              .as("%s %s", type.getKey(), new String(here.json(), StandardCharsets.UTF_8))
              .isEqualTo(here.fingerprint());
          assertThat(there.value()).isEqualTo(here.value());
        }
      }
    }
  }

  /** Numbers that have more than one text. */
  record Price(java.math.BigDecimal amount, double rate, float share, String at, int a) {}

  @Test
  void numbersHaveOneFingerprintHoweverTheyAreWritten() {
    CommandModel model = new CommandModel("price", java.util.Set.of("price"), Price.class);
    byte[] json = model.write(new Price(new java.math.BigDecimal("1.00"), 1e10, 0.1f, "now", 3));
    assertThat(json).isEqualTo(Canonical.bytes(Json.STRICT.readTree(json)));
  }

  @ParameterizedTest
  @CsvSource({
    "-0,0",
    "7,7",
    "-1,-1",
    "2147483647,2147483647",
    "2147483648,2147483648",
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808",
    "9223372036854775808,9223372036854775808",
    "1.0,1.0",
    "1e2,100.0",
    "-0.0,-0.0"
  })
  void aNumberHasOneCanonicalText(String given, String canonical) {
    assertThat(new String(Canonical.bytes(Json.STRICT.readTree(given)), StandardCharsets.UTF_8))
        .isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7, 1_790_000_000_000_000L, Long.MAX_VALUE})
  void anAnswerIsReadAsTheGeneralParserReadsIt(long at) {
    for (boolean existing : new boolean[] {true, false}) {
      SagaEntity.Ack ack = new SagaEntity.Ack(at, existing);
      assertThat(SagaEntity.Ack.read(EntityModel.encodeReply(ack))).isEqualTo(ack);
    }
  }

  private @Nullable Object value(AnnotatedType annotated) throws Exception {
    if (annotated.isAnnotationPresent(Nullable.class) && random.nextInt(3) == 0) {
      return null;
    }
    Type type = annotated.getType();
    if (type instanceof ParameterizedType list) {
      assertThat(list.getRawType()).isEqualTo(List.class);
      AnnotatedType of =
          ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments()[0];
      List<Object> values = new ArrayList<>();
      for (int i = random.nextInt(LIST_MAX); i > 0; i--) {
        values.add(value(of));
      }
      return values;
    }
    Class<?> plain = (Class<?>) type;
    if (plain == String.class) {
      return text();
    }
    if (plain == long.class || plain == Long.class) {
      return random.nextBoolean() ? random.nextLong() : random.nextInt(3);
    }
    if (plain == int.class || plain == Integer.class) {
      return random.nextInt();
    }
    if (plain == boolean.class || plain == Boolean.class) {
      return random.nextBoolean();
    }
    if (plain.isEnum()) {
      return plain.getEnumConstants()[random.nextInt(plain.getEnumConstants().length)];
    }
    return made(plain);
  }

  private Object made(Class<?> type) throws Exception {
    assertThat(type.isRecord()).as("%s is a record", type).isTrue();
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      Object value = value(components[i].getAnnotatedType());
      values[i] = types[i] == long.class && value instanceof Number n ? n.longValue() : value;
      if (types[i] == Long.class && value instanceof Number n) {
        values[i] = n.longValue();
      }
    }
    var constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(TEXT_MAX); i > 0; i--) {
      text.append(random.nextInt(4) == 0 ? "\"\\\u0000é€😀".substring(0, 5) : "a");
    }
    return text.toString();
  }
}
