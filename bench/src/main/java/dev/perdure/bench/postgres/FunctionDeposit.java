package dev.perdure.bench.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The transaction as fast as it gets by hand: the same steps in a function inside the server, one
 * round trip. The price is that the service's rules are written in the database's language.
 */
final class FunctionDeposit implements DepositTransaction {

  static final String DEFINITION =
      """
      create function deposit(of_operation uuid, of_account int, added bigint) returns bigint
      language plpgsql as $$
      declare
        balance_after bigint;
        version_after bigint;
      begin
        select a.balance + added, a.version + 1 into strict balance_after, version_after
          from account a where a.account_id = of_account for update;
        insert into operation (operation_id, account_id, amount, balance)
          values (of_operation, of_account, added, balance_after) on conflict do nothing;
        if not found then
          select o.balance into strict balance_after from operation o
            where o.operation_id = of_operation
              and o.account_id = of_account and o.amount = added;
          return balance_after;
        end if;
        update account set balance = balance_after, version = version_after
          where account_id = of_account;
        insert into event (account_id, version, operation_id, type, amount)
          values (of_account, version_after, of_operation, 'deposited', added);
        return balance_after;
      end $$;
      """;

  private static final String CALL = "select deposit(?, ?, ?)";

  @Override
  public boolean automaticCommit() {
    return true;
  }

  @Override
  public long run(Connection connection, Deposit deposit) throws SQLException {
    try (PreparedStatement call = connection.prepareStatement(CALL)) {
      call.setObject(1, deposit.operationId());
      call.setInt(2, deposit.account());
      call.setLong(3, deposit.amountMinor());
      try (ResultSet rows = call.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
