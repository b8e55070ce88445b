package dev.perdure.connect.postgres;

import dev.perdure.api.Delivery;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The author's part of a projection: writes what events mean into tables. Called by several threads
 * at once, never by two with events of one entity.
 *
 * @param <E> the events of the entity
 */
@FunctionalInterface
public interface Handler<E> {

  /**
   * Applies events inside the projection's transaction, each exactly once.
   *
   * @param connection in the schema of the generation, so that names of tables need no schema. Its
   *     methods that commit, roll back or close refuse: that is the projection's part. SQL such as
   *     {@code commit}, {@code unwrap} and {@code Statement.getConnection} are not looked at; who
   *     ends the transaction with them loses what keeps each event once
   * @param events in order for each entity; not empty. None of them was applied before
   * @throws SQLException if it cannot; nothing of the batch is kept, and it is tried again
   */
  void apply(Connection connection, List<Delivery<E>> events) throws SQLException;
}
