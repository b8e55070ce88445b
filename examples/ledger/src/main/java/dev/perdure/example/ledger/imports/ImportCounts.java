package dev.perdure.example.ledger.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What became of the rows so far. Thread-safe; may be read while the import goes on. */
public final class ImportCounts {

  private static final int FAILURES_KEPT_MAX = 1_000;

  private final LongAdder applied = new LongAdder();
  private final LongAdder earlier = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final List<RowFailure> failures = new ArrayList<>();

  /**
   * A row that the ledger did not take.
   *
   * @param line in the file
   * @param code the rejection's or problem's code
   */
  public record RowFailure(
      long line, String transaction, String account, int status, String code, String detail) {}

  void applied() {
    applied.increment();
  }

  void earlier() {
    earlier.increment();
  }

  void failed(RowFailure failure) {
    failed.increment();
    synchronized (failures) {
      if (failures.size() < FAILURES_KEPT_MAX) {
        failures.add(failure);
      }
    }
  }

  /** Rows that took effect in this run. */
  public long rowsApplied() {
    return applied.sum();
  }

  /** Rows that had taken effect before this run. */
  public long rowsEarlier() {
    return earlier.sum();
  }

  /** Rows that the ledger refused. */
  public long rowsFailed() {
    return failed.sum();
  }

  /** Rows with an outcome. */
  public long rowsDone() {
    return rowsApplied() + rowsEarlier() + rowsFailed();
  }

  /** The first of the rows that the ledger refused. */
  public List<RowFailure> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }
}
