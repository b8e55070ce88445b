package dev.perdure.guard.jdbc;

import dev.perdure.guard.Judge;
import dev.perdure.guard.Verdict;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells a database that fails from a statement that does, by the class of its SQLSTATE: 08 is a
 * connection, 53 a lack of resources, 57 and 58 the operator's or the system's doing, XX an
 * internal error. Constraints, syntax, data and conflicts of transactions are the caller's own.
 */
public enum SqlJudge implements Judge {
  /** The only one. */
  INSTANCE;

  private static final Map<String, Verdict> BY_CLASS =
      Map.of(
          "08", Verdict.CONNECT,
          "53", Verdict.ERROR,
          "57", Verdict.ERROR,
          "58", Verdict.ERROR,
          "XX", Verdict.ERROR);

  @Override
  public Verdict value(@Nullable Object value) {
    return Verdict.OK;
  }

  @Override
  public @Nullable Verdict thrown(Throwable thrown) {
    return switch (thrown) {
      case SQLTimeoutException e -> Verdict.TIMEOUT;
      case SQLTransientConnectionException e -> Verdict.CONNECT;
      case SQLException e when e.getSQLState() != null && e.getSQLState().length() >= 2 ->
          BY_CLASS.getOrDefault(e.getSQLState().substring(0, 2), Verdict.OK);
      default -> Judge.standard().thrown(thrown);
    };
  }
}
