package dev.perdure.connect.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Connections to one database, with a limit for how many there are and for everything that they
 * wait for: a database that hangs is an error in time, and never holds a projection for ever.
 * Opened without a connection, so that a node starts while its database is away. Thread-safe.
 */
public final class PostgresPool implements AutoCloseable {

  private static final int CONNECTIONS_DEFAULT = 8;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  /** Longer than any migration should take; what a batch does has a limit of its own. */
  private static final Duration SILENCE_MAX = Duration.ofMinutes(10);

  private final HikariDataSource source;

  private PostgresPool(HikariDataSource source) {
    this.source = source;
  }

  /**
   * At most eight connections.
   *
   * @param url as for JDBC, {@code jdbc:postgresql://HOST:PORT/DATABASE}
   */
  public static PostgresPool of(String url, String user, String password) {
    return of(url, user, password, CONNECTIONS_DEFAULT);
  }

  /**
   * A pool.
   *
   * @param url as for JDBC, {@code jdbc:postgresql://HOST:PORT/DATABASE}
   * @param connections at most; one for each shard that a node leads keeps all of them busy
   */
  public static PostgresPool of(String url, String user, String password, int connections) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("perdure-projections");
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1);
    // Said, not found out: if the server dies while the pool asks it, the pool never works again.
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setConnectionTimeout(CONNECT_MAX.toMillis());
    config.setValidationTimeout(CONNECT_MAX.toMillis());
    config.addDataSourceProperty("ApplicationName", "perdure-projections");
    config.addDataSourceProperty("connectTimeout", String.valueOf(CONNECT_MAX.toSeconds()));
    config.addDataSourceProperty("loginTimeout", String.valueOf(CONNECT_MAX.toSeconds()));
    config.addDataSourceProperty("socketTimeout", String.valueOf(SILENCE_MAX.toSeconds()));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    return new PostgresPool(new HikariDataSource(config));
  }

  /** For projections, for migrations, and for whoever else needs the database. */
  public DataSource dataSource() {
    return source;
  }

  @Override
  public void close() {
    source.close();
  }
}
