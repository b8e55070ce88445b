package dev.perdure.runtime.type;

import dev.perdure.api.View;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One view: its name, its entity, its fields and indexes, and the author's code. */
public final class ViewModel {

  /** The entity's id, which is the last part of every index. */
  public static final String ID = "id";

  private final ViewShape shape;
  private final View<Object, ?> view;

  @SuppressWarnings("unchecked") // the state it gets is that of the entity that it names
  ViewModel(ViewShape shape, View<?, ?> view) {
    this.shape = shape;
    this.view = (View<Object, ?>) view;
  }

  /** A field of a row. */
  public record Field(String name, FieldKind kind) {}

  /** The stored name. */
  public String name() {
    return shape.name();
  }

  /** Of what it is a view. */
  public EntityModel entity() {
    return shape.entity();
  }

  /** In the order of the row's components. */
  public List<Field> fields() {
    return shape.fields();
  }

  /** Of each index the places of its fields; the first one is that by id, without any. */
  public List<List<Integer>> indexes() {
    return shape.indexes();
  }

  /** Differs if the code of the view or of its entity does. */
  public long fingerprint() {
    return shape.fingerprint();
  }

  /** Differs if its fields or indexes do. */
  public long shape() {
    return shape.shape();
  }

  /** Names of the fields of an index, the id last. */
  public List<String> fieldsOf(int index) {
    List<String> names = new ArrayList<>();
    shape.indexes().get(index).forEach(place -> names.add(shape.fields().get(place).name()));
    names.add(ID);
    return names;
  }

  /**
   * The values of an entity's row, each a String, Long, Boolean, Instant or null; null if it has
   * none. Runs the author's code.
   */
  public @Nullable List<@Nullable Object> row(String id, Object state) {
    Record row = view.row(id, state).orElse(null);
    if (row == null) {
      return null;
    }
    @Nullable Object[] values = new Object[fields().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = fields().get(i).kind().value(component(shape.accessors().get(i), row));
    }
    return Arrays.asList(values);
  }

  private static @Nullable Object component(Method accessor, Record row) {
    try {
      return accessor.invoke(row);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a row's component cannot be read", e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("a row's component fails: " + e.getCause(), e.getCause());
    }
  }
}
