package dev.perdure.bench.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.bench.load.Target;
import dev.perdure.bench.load.Unavailable;
import dev.perdure.bench.postgres.DepositTransaction.Deposit;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * The service as a team would write it by hand: one transaction for each command, an operation-id
 * table, prepared statements, a connection pool.
 *
 * <p>The pool has 16 connections: on two cores 8 to 64 were measured within noise of each other.
 * Callers pass a fair gate before it, because the pool alone favours those who have just had a
 * connection: with 256 callers some then wait for seconds while the median looks splendid. With the
 * gate everybody waits the same, and throughput is no lower.
 */
public final class PostgresTarget implements Target {

  private static final int CONNECTIONS = 16;

  private final String name;
  private final PostgresServer server;
  private final HikariDataSource pool;
  private final DepositTransaction transaction;
  private final Semaphore gate = new Semaphore(CONNECTIONS, true);

  private PostgresTarget(String name, PostgresServer server, DepositTransaction transaction) {
    this.name = name;
    this.server = server;
    this.transaction = transaction;
    this.pool = pool(server, transaction.automaticCommit());
  }

  /**
   * The service with its rules in Java, on a server of its own under {@code directory}.
   *
   * @throws Unavailable when PostgreSQL cannot be run on this machine
   */
  public static PostgresTarget statements(Path directory)
      throws Unavailable, IOException, InterruptedException {
    return start("postgresql", directory, new StatementDeposit());
  }

  /**
   * The service with its rules in the database, on a server of its own under {@code directory}.
   *
   * @throws Unavailable when PostgreSQL cannot be run on this machine
   */
  public static PostgresTarget function(Path directory)
      throws Unavailable, IOException, InterruptedException {
    return start("postgresql-function", directory, new FunctionDeposit());
  }

  private static PostgresTarget start(String name, Path directory, DepositTransaction transaction)
      throws Unavailable, IOException, InterruptedException {
    PostgresServer server = PostgresServer.start(directory);
    try {
      return new PostgresTarget(name, server, transaction);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static HikariDataSource pool(PostgresServer server, boolean automaticCommit) {
    var config = new HikariConfig();
    config.setJdbcUrl(server.url());
    config.setUsername(server.user());
    config.setPassword(server.password());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setAutoCommit(automaticCommit);
    return new HikariDataSource(config);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String durability() {
    return "the transaction's commit is in the write-ahead log, forced to disk (fsync and"
        + " synchronous_commit on)";
  }

  @Override
  public void openAccounts(int count) throws SQLException {
    try (Connection connection = server.connect()) {
      LedgerSchema.create(connection, count);
    }
  }

  @Override
  public long deposit(int account, String operationId, long amountMinor)
      throws SQLException, InterruptedException {
    var deposit = new Deposit(UUID.fromString(operationId), account, amountMinor);
    gate.acquire();
    try (Connection connection = pool.getConnection()) {
      return transaction.run(connection, deposit);
    } finally {
      gate.release();
    }
  }

  @Override
  public long outsideCpuNs() throws IOException {
    return server.cpuNs();
  }

  @Override
  public OptionalLong balanceTotalMinor() throws SQLException {
    return OptionalLong.of(server.queryLong("select sum(balance) from account"));
  }

  @Override
  public OptionalLong storedBytes() throws SQLException {
    return OptionalLong.of(server.databaseBytes());
  }

  @Override
  public OptionalLong forces() throws SQLException {
    return server.walForces();
  }

  @Override
  public void close() {
    pool.close();
    server.close();
  }
}
