package dev.perdure.runtime.view;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.Views;
import dev.perdure.runtime.Views.Comparison;
import dev.perdure.runtime.Views.Filter;
import dev.perdure.runtime.type.FieldKind;
import dev.perdure.runtime.type.ViewModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a query is answered: the part of one index between two keys. Nothing is read that is not in
 * the answer; a query that no index serves is refused.
 *
 * @param index which one
 * @param from the first key, behind the number of the index
 * @param to where it ends
 * @param down from the last row to the first
 * @param print of what was asked for, so that a page is gone on with by the same query
 */
@SuppressWarnings("ArrayRecordComponent") // not to be changed
record Plan(int index, byte[] from, byte[] to, boolean down, long print) {

  private static final int PAGE_FORMAT = 1;
  private static final int PRINT_BYTES = 8;
  private static final int PAGE_LENGTH_MAX = 8_000;

  /**
   * Finds the index.
   *
   * @throws IllegalArgumentException saying what is wrong with the query
   */
  static Plan of(ViewModel model, Views.Query query) {
    Asked asked = Asked.of(model, query);
    int index = asked.index(model);
    List<String> fields = model.fieldsOf(index);
    ByteWriter prefix = new ByteWriter(64);
    Ordered.text(prefix, query.tenant());
    for (int i = 0; i < asked.equal.size(); i++) {
      String field = fields.get(i);
      Ordered.put(prefix, kind(model, field), asked.equal.get(field));
    }
    byte[] start = prefix.toBytes();
    byte[] from = start;
    byte[] to = Ordered.behind(start);
    if (asked.ranged != null) {
      FieldKind kind = kind(model, asked.ranged);
      from = new ByteWriter(64).raw(start).u8(Ordered.VALUE).toBytes(); // null is in no range
      for (Filter filter : asked.ranges) {
        byte[] bound = bound(start, kind, value(model, filter));
        switch (filter.comparison()) {
          case LT -> to = lower(to, bound);
          case LE -> to = lower(to, Ordered.behind(bound));
          case GT -> from = higher(from, Ordered.behind(bound));
          case GE -> from = higher(from, bound);
          case EQ, NULL -> throw new IllegalStateException("no range");
        }
      }
      to = higher(from, to);
    }
    Plan plan = new Plan(index, from, to, asked.down, print(model, query));
    return query.page() == null ? plan : plan.behind(start, query.page());
  }

  private static byte[] bound(byte[] start, FieldKind kind, @Nullable Object value) {
    ByteWriter out = new ByteWriter(64).raw(start);
    Ordered.put(out, kind, value);
    return out.toBytes();
  }

  private static byte[] lower(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other) <= 0 ? one : other;
  }

  private static byte[] higher(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other) >= 0 ? one : other;
  }

  private static FieldKind kind(ViewModel model, String field) {
    if (field.equals(ViewModel.ID)) {
      return FieldKind.TEXT;
    }
    for (ViewModel.Field one : model.fields()) {
      if (one.name().equals(field)) {
        return one.kind();
      }
    }
    throw new IllegalArgumentException(
        "there is no field '%s'; there is id, %s"
            .formatted(
                shown(field),
                model.fields().stream()
                    .map(ViewModel.Field::name)
                    .collect(Collectors.joining(", "))));
  }

  private static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > 64 ? plain.substring(0, 64) + "…" : plain;
  }

  private static @Nullable Object value(ViewModel model, Filter filter) {
    FieldKind kind = kind(model, filter.field());
    if (filter.comparison() == Comparison.NULL) {
      return null;
    }
    try {
      return kind.parse(filter.value());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "field %s is compared with '%s'; %s"
              .formatted(filter.field(), shown(filter.value()), e.getMessage()),
          e);
    }
  }

  /** What is asked for, before there is an index. */
  private record Asked(
      Map<String, @Nullable Object> equal,
      @Nullable String ranged,
      List<Filter> ranges,
      @Nullable String order,
      boolean down) {

    static Asked of(ViewModel model, Views.Query query) {
      Map<String, @Nullable Object> equal = new LinkedHashMap<>();
      List<Filter> ranges = new ArrayList<>();
      String ranged = null;
      for (Filter filter : query.filters()) {
        Object value = value(model, filter);
        switch (filter.comparison()) {
          case EQ, NULL -> {
            if (equal.containsKey(filter.field())) {
              throw new IllegalArgumentException(
                  "field " + filter.field() + " is to be equal to two values");
            }
            equal.put(filter.field(), value);
          }
          case LT, LE, GT, GE -> {
            if (ranged != null && !ranged.equals(filter.field())) {
              throw new IllegalArgumentException(
                  "a query has a range of one field, not of "
                      + ranged
                      + " and of "
                      + filter.field());
            }
            ranged = filter.field();
            ranges.add(filter);
          }
        }
      }
      String order = query.order();
      boolean down = order != null && order.startsWith("-");
      String by = order == null ? null : down ? order.substring(1) : order;
      if (by != null) {
        var _ = kind(model, by);
      }
      return new Asked(equal, ranged, ranges, by, down);
    }

    /** The shortest index whose first fields are those that are equal, and the next the ranged. */
    int index(ViewModel model) {
      int found = -1;
      for (int i = 0; i < model.indexes().size(); i++) {
        if (serves(model.fieldsOf(i))
            && (found < 0 || model.fieldsOf(i).size() < model.fieldsOf(found).size())) {
          found = i;
        }
      }
      if (found < 0) {
        throw new IllegalArgumentException(
            "no index serves it: fields that are equal come first in one, then the field of a range"
                + " or of the order; the indexes are "
                + indexes(model));
      }
      return found;
    }

    private boolean serves(List<String> fields) {
      int first = equal.size();
      if (first > fields.size() || !equal.keySet().containsAll(fields.subList(0, first))) {
        return false;
      }
      String next = first < fields.size() ? fields.get(first) : null;
      boolean ordered = order == null || order.equals(next) || equal.containsKey(order);
      return ordered && (ranged == null || ranged.equals(next));
    }

    private static String indexes(ViewModel model) {
      List<String> all = new ArrayList<>();
      for (int i = 0; i < model.indexes().size(); i++) {
        all.add("(" + String.join(", ", model.fieldsOf(i)) + ")");
      }
      return String.join(", ", all);
    }
  }

  // ---- pages ----

  private static long print(ViewModel model, Views.Query query) {
    ByteWriter out = new ByteWriter(128).text(model.name()).u64(model.shape());
    out.text(String.valueOf(query.order()));
    query.filters().stream()
        .map(one -> one.field() + '\n' + one.comparison() + '\n' + one.value())
        .sorted()
        .forEach(out::text);
    return out.hash(0, out.size(), 0);
  }

  /**
   * What a caller gives back to go on.
   *
   * @param last the key of the last row that it got
   * @param tenantBytes how many bytes of the key are the tenant's; they are left out
   */
  String page(byte[] last, int tenantBytes) {
    byte[] token =
        new ByteWriter(16 + last.length)
            .u8(PAGE_FORMAT)
            .u64(print)
            .raw(last, tenantBytes, last.length - tenantBytes)
            .toBytes();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /** How many bytes a tenant takes in a key. */
  static int tenantBytes(String tenant) {
    ByteWriter out = new ByteWriter(64);
    Ordered.text(out, tenant);
    return out.size();
  }

  private Plan behind(byte[] start, String page) {
    byte[] tenant = Arrays.copyOf(start, tenantEnd(start));
    byte[] key;
    try {
      if (page.length() > PAGE_LENGTH_MAX) {
        throw new IllegalArgumentException("too long");
      }
      byte[] token = Base64.getUrlDecoder().decode(page);
      if (token.length < 1 + PRINT_BYTES
          || token[0] != PAGE_FORMAT
          || new ByteReader(token, 1, PRINT_BYTES, "page").u64() != print) {
        throw new IllegalArgumentException("of another query");
      }
      int from = 1 + PRINT_BYTES;
      key = new ByteWriter(64).raw(tenant).raw(token, from, token.length - from).toBytes();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the page was not given by an answer to this very query; begin without one", e);
    }
    if (down) {
      return new Plan(index, from, higher(from, lower(to, key)), true, print);
    }
    byte[] next = Arrays.copyOf(key, key.length + 1); // the first key behind it
    return new Plan(index, lower(to, higher(from, next)), to, false, print);
  }

  /** The tenant ends at the first 00 01. */
  private static int tenantEnd(byte[] start) {
    for (int i = 0; i + 1 < start.length; i++) {
      if (start[i] == 0 && start[i + 1] == 1) {
        return i + 2;
      }
    }
    throw new IllegalStateException("no tenant");
  }
}
