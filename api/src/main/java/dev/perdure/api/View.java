package dev.perdure.api;

import java.util.List;
import java.util.Optional;

/**
 * A small read model over one entity type: for each entity at most one row of plain fields, found
 * by its indexes. It is kept by the nodes beside what they serve, follows the events by itself, and
 * is made anew when its code or that of its entity changes.
 *
 * <p>{@code R} is a record of at most 32 components, each a {@code String}, {@code long}, {@code
 * int}, {@code boolean}, one of their boxes, an {@code enum} or an {@link java.time.Instant}; what
 * is not a primitive may be null. The names {@code id}, {@code version}, {@code limit}, {@code
 * order}, {@code page}, {@code after} and {@code covers} are taken. The class carries {@link Named}
 * and names {@code S} and {@code R} itself.
 *
 * @param <S> the state of the entity
 * @param <R> the row
 */
public interface View<S, R extends Record> {

  /** Name of the entity type that it is a view of. */
  String entity();

  /**
   * The row of an entity; empty if it has none. A pure function: no I/O, no clock, no randomness.
   * An entity for which it throws has no row until its next event, and is counted and named.
   *
   * @param id of the entity
   * @param state as it stands after some event
   */
  Optional<R> row(String id, S state);

  /** By what rows are found, besides the entity's id; at most 8. */
  default List<ViewIndex> indexes() {
    return List.of();
  }

  /** Raise it to have all rows made anew though no class changed. */
  default int version() {
    return 1;
  }
}
