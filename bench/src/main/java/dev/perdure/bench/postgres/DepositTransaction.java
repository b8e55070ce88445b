package dev.perdure.bench.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/**
 * A deposit as one transaction: the account is locked and read, the operation id is recorded with
 * its reply, the balance is updated, the event is written, and all of it is committed.
 *
 * <p>An operation id that is there already changes nothing and gets its recorded reply.
 */
sealed interface DepositTransaction permits StatementDeposit, FunctionDeposit {

  /** One deposit as it is asked for. */
  record Deposit(UUID operationId, int account, long amountMinor) {}

  /**
   * Whether the connection commits each statement by itself, as one that is a whole transaction.
   */
  boolean automaticCommit();

  /**
   * Runs the transaction and commits it.
   *
   * @param connection with automatic commit as asked for, no transaction open
   * @return the balance afterwards, or the one recorded for the operation id
   * @throws SQLException when the operation id was used for another deposit, or the database failed
   */
  long run(Connection connection, Deposit deposit) throws SQLException;
}
