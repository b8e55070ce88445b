package dev.perdure.api;

import java.util.List;

/**
 * Fields by which a view's rows are found: equal in the first ones, within a range of the next, in
 * the order of the rest.
 *
 * @param fields names of the row's components; 1 to 4, none twice
 */
public record ViewIndex(List<String> fields) {

  public ViewIndex {
    fields = List.copyOf(fields);
  }

  /** An index on fields, in this order. */
  public static ViewIndex on(String... fields) {
    return new ViewIndex(List.of(fields));
  }
}
