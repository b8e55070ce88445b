package dev.perdure.bench.load;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * One way to build the same service: accounts in minor units, and a deposit that is answered when
 * it is durable and takes effect once per operation id.
 *
 * <p>{@link #deposit} is called by many virtual threads at once; everything else by one thread.
 */
public interface Target extends AutoCloseable {

  /** What the target is called in reports, for example {@code postgresql}. */
  String name();

  /** What is known to be on disk when {@link #deposit} returns, as one sentence. */
  String durability();

  /** Creates the accounts 0 to {@code count - 1} with a balance of zero. Called once, first. */
  void openAccounts(int count) throws Exception;

  /**
   * Adds an amount to an account's balance and waits until that is durable.
   *
   * @param account from 0 to the number of opened accounts minus one
   * @param operationId a UUID as text; a repeated one must not take effect again
   * @param amountMinor a positive amount in minor units
   * @return the balance after the deposit, in minor units
   * @throws Exception when the deposit failed or its outcome is unknown
   */
  long deposit(int account, String operationId, long amountMinor) throws Exception;

  /** How callers reach the target: as virtual threads that call {@link #deposit} by default. */
  default Callers callers() {
    return new ThreadCallers(this);
  }

  /** Processor time used so far by processes other than this one on the target's behalf. */
  default long outsideCpuNs() throws IOException {
    return 0;
  }

  /** The sum of all balances as the target's own store has it; empty when it cannot tell. */
  default OptionalLong balanceTotalMinor() throws Exception {
    return OptionalLong.empty();
  }

  /** Bytes of the target's data on disk, without logs that are recycled; empty when unknown. */
  default OptionalLong storedBytes() throws Exception {
    return OptionalLong.empty();
  }

  /** How often the target's log has been forced to disk so far; empty when it cannot tell. */
  default OptionalLong forces() throws Exception {
    return OptionalLong.empty();
  }

  @Override
  void close() throws IOException;
}
