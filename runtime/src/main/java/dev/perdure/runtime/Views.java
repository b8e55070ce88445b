package dev.perdure.runtime;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StreamPosition;
import dev.perdure.runtime.type.ViewModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The door to the views of a node, over all shards that it holds. Thread-safe; what a caller did
 * wrong is an answer.
 */
public interface Views {

  /** The most rows of one answer. */
  int ROWS_MAX = 1_000;

  /** Of who brings no views. */
  Views NONE =
      new Views() {
        @Override
        public List<ViewModel> models() {
          return List.of();
        }

        @Override
        public @Nullable Standing standing(String view) {
          return null;
        }

        @Override
        public Answer query(Query query, CallContext context) {
          return new Answer.Failed(
              Outcome.Failed.of(ProblemCode.UNKNOWN_TYPE, "there are no views"));
        }

        @Override
        public boolean rebuild(String view) {
          return false;
        }
      };

  /** The views that this node's services bring. */
  List<ViewModel> models();

  /** Where a view stands; null if there is none of that name. */
  @Nullable Standing standing(String view);

  /** Rows of one tenant. */
  Answer query(Query query, CallContext context);

  /**
   * Makes all rows of a view anew on this node; those there are answer until then.
   *
   * @return false if there is no view of that name
   */
  boolean rebuild(String view);

  /** How a field is compared. */
  enum Comparison {
    EQ,
    LT,
    LE,
    GT,
    GE,
    /** The field is null; the value is not looked at. */
    NULL
  }

  /**
   * What a field of the rows is to be.
   *
   * @param field a field's name, or {@code id}
   * @param value as text
   */
  record Filter(String field, Comparison comparison, String value) {}

  /**
   * Which rows.
   *
   * @param order the field to order by, with a minus before it for the last one first; null for the
   *     order of the index that finds the rows
   * @param page where the answer before this one ended; null for the first one
   */
  record Query(
      String view,
      String tenant,
      List<Filter> filters,
      @Nullable String order,
      @Nullable String page,
      Extent extent,
      Bound bound) {
    public Query {
      filters = List.copyOf(filters);
    }
  }

  /**
   * How much.
   *
   * @param rows 1 to {@link #ROWS_MAX}
   * @param bytes of rows; one row is always given
   */
  record Extent(int rows, int bytes) {}

  /**
   * What the answer has to have seen; until it has, it waits.
   *
   * @param after a position of a stream or a view; {@link StreamPosition#START} for any
   * @param covers an entity that it has to show at a version or later; null for none
   */
  record Bound(StreamPosition after, @Nullable Covered covers) {

    /** Whatever there is. */
    public static final Bound NONE = new Bound(StreamPosition.START, null);
  }

  /** A version of an entity. */
  record Covered(EntityAddress entity, long version) {}

  /**
   * A row.
   *
   * @param version of the entity of which it was made
   * @param json the fields, an object
   */
  @SuppressWarnings("ArrayRecordComponent") // not to be changed
  record Row(String id, long version, byte[] json) {}

  /** The answer to a query. */
  sealed interface Answer {

    /**
     * Rows in order.
     *
     * @param next to go on with; null if nothing comes behind them
     * @param position everything up to it is in the rows
     * @param rebuilding true if they were made by the view's code before this one, and rest
     */
    record Rows(List<Row> rows, @Nullable String next, StreamPosition position, boolean rebuilding)
        implements Answer {
      public Rows {
        rows = List.copyOf(rows);
      }
    }

    /** Refused or failed. */
    record Failed(Outcome.Failed problem) implements Answer {}
  }

  /**
   * Where a view stands on this node.
   *
   * @param failures some of the entities without a row because the view's code fails for them
   */
  record Standing(ViewModel model, List<ViewFigures> shards, List<Failure> failures) {
    public Standing {
      shards = List.copyOf(shards);
      failures = List.copyOf(failures);
    }
  }

  /** An entity for which a view's code fails. */
  record Failure(EntityAddress entity, String error) {}
}
