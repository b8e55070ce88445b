package dev.perdure.runtime.type;

import dev.perdure.api.View;
import dev.perdure.api.ViewIndex;
import dev.perdure.kernel.ByteWriter;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What reflection finds of a view; everything that is wrong with it is said here. */
record ViewShape(
    String name,
    EntityModel entity,
    List<ViewModel.Field> fields,
    List<Method> accessors,
    List<List<Integer>> indexes,
    long fingerprint,
    long shape) {

  static final int VIEWS_MAX = 16;
  private static final int FIELDS_MAX = 32;
  private static final int INDEXES_MAX = 8;
  private static final int INDEX_FIELDS_MAX = 4;
  private static final Set<String> TAKEN =
      Set.of(ViewModel.ID, "version", "limit", "order", "page", "after", "covers");

  static ViewShape of(View<?, ?> view, @Nullable EntityModel entity, String serviceVersion) {
    Class<?> type = view.getClass();
    String name = EntityShape.named(type, "view").value();
    if (entity == null) {
      throw wrong(name, "is of '" + view.entity() + "', which is no entity");
    }
    Type[] arguments = arguments(type, name);
    if (arguments[0] != entity.stateType()) {
      throw wrong(name, "takes another state than entity '" + entity.name() + "' has");
    }
    if (!(arguments[1] instanceof Class<?> row) || !row.isRecord()) {
      throw wrong(name, "must name its row, which is a record");
    }
    List<ViewModel.Field> fields = new ArrayList<>();
    List<Method> accessors = new ArrayList<>();
    for (RecordComponent component : row.getRecordComponents()) {
      fields.add(field(name, component));
      accessors.add(accessor(component));
    }
    if (fields.isEmpty() || fields.size() > FIELDS_MAX) {
      throw wrong(name, "has " + fields.size() + " fields; 1 to " + FIELDS_MAX + " are allowed");
    }
    List<List<Integer>> indexes = indexes(name, view.indexes(), fields);
    long code = EntityShape.fingerprint(name, view.version(), serviceVersion, List.of(type, row));
    long fingerprint =
        new ByteWriter(16).u64(code).u64(entity.fingerprint()).hash(0, 16, fields.size());
    return new ViewShape(
        name, entity, fields, accessors, indexes, fingerprint, shape(entity, fields, indexes));
  }

  private static TypeDefinitionException wrong(String view, String what) {
    return new TypeDefinitionException("view '" + view + "' " + what);
  }

  private static Type[] arguments(Class<?> type, String name) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Type implemented : at.getGenericInterfaces()) {
        if (implemented instanceof ParameterizedType parameterized
            && parameterized.getRawType() == View.class) {
          return parameterized.getActualTypeArguments();
        }
      }
    }
    throw wrong(name, "must implement View<State, Row> itself, with its own types");
  }

  private static ViewModel.Field field(String view, RecordComponent component) {
    FieldKind kind = FieldKind.of(component.getType());
    if (kind == null) {
      throw wrong(
          view,
          "has field '"
              + component.getName()
              + "', which is neither text, a whole number, true or false, nor an instant");
    }
    if (TAKEN.contains(component.getName())) {
      throw wrong(view, "has field '" + component.getName() + "'; that name is taken");
    }
    return new ViewModel.Field(component.getName(), kind);
  }

  private static Method accessor(RecordComponent component) {
    Method accessor = component.getAccessor();
    accessor.setAccessible(true);
    return accessor;
  }

  private static List<List<Integer>> indexes(
      String view, List<ViewIndex> declared, List<ViewModel.Field> fields) {
    if (declared.size() > INDEXES_MAX) {
      throw wrong(view, "has " + declared.size() + " indexes; " + INDEXES_MAX + " are allowed");
    }
    List<String> names = fields.stream().map(ViewModel.Field::name).toList();
    List<List<Integer>> indexes = new ArrayList<>();
    indexes.add(List.of()); // by id alone
    for (ViewIndex index : declared) {
      List<Integer> places = new ArrayList<>();
      for (String field : index.fields()) {
        places.add(names.indexOf(field));
      }
      if (places.contains(-1)
          || places.isEmpty()
          || places.size() > INDEX_FIELDS_MAX
          || new HashSet<>(places).size() < places.size()) {
        throw wrong(
            view,
            "has an index on "
                + index.fields()
                + "; an index is on 1 to "
                + INDEX_FIELDS_MAX
                + " different fields of "
                + names);
      }
      indexes.add(places);
    }
    return indexes;
  }

  /** Views of one shape answer the same queries, whatever their code says of an entity. */
  private static long shape(
      EntityModel entity, List<ViewModel.Field> fields, List<List<Integer>> indexes) {
    ByteWriter out = new ByteWriter(256).text(entity.name());
    fields.forEach(field -> out.text(field.name()).text(field.kind().name()));
    indexes.forEach(index -> out.text(index.toString()));
    return out.hash(0, out.size(), 0);
  }
}
