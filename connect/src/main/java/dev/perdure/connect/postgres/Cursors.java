package dev.perdure.connect.postgres;

import dev.perdure.api.Delivery;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How far a projection got with each entity: the version of the last event applied, changed in the
 * transaction that applies it.
 *
 * <p>The rows of a batch's entities are locked first, in one order. So of two nodes that both take
 * themselves for the leader the second waits for the first, and then finds that all is done.
 */
final class Cursors {

  static final String TABLE = "perdure_cursor";

  static final String CREATE =
      "create table if not exists perdure_cursor (type text not null, tenant text not null,"
          + " entity text not null, version bigint not null, at bigint not null,"
          + " primary key (type, tenant, entity))";

  private static final String LOCK =
      "select c.tenant, c.entity, c.version, c.at from perdure_cursor c"
          + " join unnest(?::text[], ?::text[]) as w(tenant, entity)"
          + " on c.tenant = w.tenant and c.entity = w.entity"
          + " where c.type = ? order by c.tenant, c.entity for update of c";

  private static final String BEGIN =
      "insert into perdure_cursor (tenant, entity, type, version, at)"
          + " select w.tenant, w.entity, ?, 0, 0 from unnest(?::text[], ?::text[])"
          + " as w(tenant, entity) order by w.tenant, w.entity on conflict do nothing";

  private static final String ADVANCE =
      "update perdure_cursor c set version = w.version, at = w.at"
          + " from unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[])"
          + " as w(tenant, entity, version, at, before)"
          + " where c.type = ? and c.tenant = w.tenant and c.entity = w.entity"
          + " and c.version = w.before";

  private final Projection projection;

  Cursors(Projection projection) {
    this.projection = projection;
  }

  /** An entity of the projection's type. */
  record Key(String tenant, String entity) {}

  /**
   * How far it got with an entity.
   *
   * @param at when its last event was decided, in microseconds of the epoch: to know a history that
   *     was written anew
   */
  record At(long version, long at) {}

  /**
   * What of a batch is to be applied.
   *
   * @param before cursors as they are stored
   * @param after cursors as they will be
   */
  record Taken<E>(List<Delivery<E>> fresh, Map<Key, At> before, Map<Key, At> after) {}

  /** Locks the cursors of a batch's entities and leaves out what was applied before. */
  <E> Taken<E> take(Connection connection, List<Delivery<E>> batch) throws SQLException {
    Map<Key, At> before = locked(connection, batch);
    Map<Key, At> after = new LinkedHashMap<>();
    List<Delivery<E>> fresh = new ArrayList<>(batch.size());
    for (Delivery<E> one : batch) {
      Key key = new Key(one.tenant(), one.entity());
      At known = after.getOrDefault(key, before.get(key));
      At its = new At(one.version(), ChronoUnit.MICROS.between(Instant.EPOCH, one.time()));
      if (known == null || its.version > known.version + 1) {
        throw gap(one, known == null ? 0 : known.version);
      } else if (its.version == known.version + 1) {
        fresh.add(one);
        after.put(key, its);
      } else if (its.version == known.version && its.at != known.at) {
        throw rewritten(one);
      }
    }
    return new Taken<>(fresh, before, after);
  }

  private <E> Map<Key, At> locked(Connection connection, List<Delivery<E>> batch)
      throws SQLException {
    Map<Key, At> found = new HashMap<>();
    List<Key> wanted =
        batch.stream().map(one -> new Key(one.tenant(), one.entity())).distinct().toList();
    lock(connection, wanted, found);
    List<Key> missing = wanted.stream().filter(key -> !found.containsKey(key)).toList();
    if (!missing.isEmpty()) {
      begin(connection, missing);
      lock(connection, missing, found); // what somebody else began meanwhile included
    }
    return found;
  }

  private void lock(Connection connection, List<Key> wanted, Map<Key, At> found)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setArray(1, texts(connection, wanted.stream().map(Key::tenant).toList()));
      statement.setArray(2, texts(connection, wanted.stream().map(Key::entity).toList()));
      statement.setString(3, projection.entity());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.put(
              new Key(rows.getString(1), rows.getString(2)),
              new At(rows.getLong(3), rows.getLong(4)));
        }
      }
    }
  }

  private void begin(Connection connection, List<Key> missing) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(BEGIN)) {
      statement.setString(1, projection.entity());
      statement.setArray(2, texts(connection, missing.stream().map(Key::tenant).toList()));
      statement.setArray(3, texts(connection, missing.stream().map(Key::entity).toList()));
      statement.executeUpdate();
    }
  }

  /** Moves the cursors behind what was applied. */
  void advance(Connection connection, Taken<?> taken) throws SQLException {
    List<Key> keys = new ArrayList<>();
    List<Long> versions = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    List<Long> before = new ArrayList<>();
    taken
        .after()
        .forEach(
            (key, at) -> {
              keys.add(key);
              versions.add(at.version);
              times.add(at.at);
              before.add(Objects.requireNonNull(taken.before().get(key)).version);
            });
    try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
      statement.setArray(1, texts(connection, keys.stream().map(Key::tenant).toList()));
      statement.setArray(2, texts(connection, keys.stream().map(Key::entity).toList()));
      statement.setArray(3, connection.createArrayOf("bigint", versions.toArray()));
      statement.setArray(4, connection.createArrayOf("bigint", times.toArray()));
      statement.setArray(5, connection.createArrayOf("bigint", before.toArray()));
      statement.setString(6, projection.entity());
      int moved = statement.executeUpdate();
      if (moved != keys.size()) {
        throw new ProjectionException(
            "projection-overtaken",
            "%d of %d cursors in %s.%s were changed by somebody else inside this transaction; only"
                    .formatted(keys.size() - moved, keys.size(), projection.schema(), TABLE)
                + " the projection may write that table");
      }
    }
  }

  private static Array texts(Connection connection, List<String> values) throws SQLException {
    return connection.createArrayOf("text", values.toArray());
  }

  private ProjectionException gap(Delivery<?> one, long known) {
    return new ProjectionException(
        "projection-gap",
        "event %s of tenant %s came, but %s knows the entity up to version %d: the database is older"
                .formatted(one.id(), one.tenant(), projection.schema(), known)
            + " than the subscription, or rows were deleted. Have the events delivered again:"
            + " perdure subscription rewind %s --time BEFORE_THAT; what is known is left out"
                .formatted(projection.subscription()));
  }

  private ProjectionException rewritten(Delivery<?> one) {
    return new ProjectionException(
        "projection-rewritten",
        "event %s of tenant %s is another one than %s has applied: the cluster was restored to an"
                .formatted(one.id(), one.tenant(), projection.schema())
            + " earlier time. Build the projection anew, as generation %d"
                .formatted(projection.generation() + 1));
  }
}
