package dev.perdure.testkit.degraded;

import dev.perdure.runtime.type.Values;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;

/** A value of a record, made up: what its components are called, ones, and empty lists. */
final class Sample {

  private static final Map<Class<?>, Object> ONES =
      Map.of(
          int.class,
          1,
          Integer.class,
          1,
          long.class,
          1L,
          Long.class,
          1L,
          short.class,
          (short) 1,
          double.class,
          1.0,
          Double.class,
          1.0,
          boolean.class,
          true,
          Boolean.class,
          true,
          java.math.BigDecimal.class,
          java.math.BigDecimal.ONE);

  private Sample() {}

  /** One that comes back from JSON as it was. */
  static Object of(Class<?> type) {
    Object made;
    try {
      made = made(type, "value");
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type + " cannot be made up: " + e.getCause(), e);
    }
    Object read = Values.read(Values.text(made), type);
    if (!read.equals(made)) {
      throw new AssertionError(
          "the arguments of what is done later do not come back from JSON as they were: "
              + made
              + " became "
              + read);
    }
    return made;
  }

  private static Object made(Class<?> type, String name) throws ReflectiveOperationException {
    if (type == String.class) {
      return name;
    }
    if (type == List.class) {
      return List.of();
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    Object one = ONES.get(type);
    if (one != null) {
      return one;
    }
    if (!type.isRecord()) {
      throw new AssertionError(
          "'" + name + "' is a " + type.getName() + ", of which no value can be made up");
    }
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = made(types[i], components[i].getName());
    }
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }
}
