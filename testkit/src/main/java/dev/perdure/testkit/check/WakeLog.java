package dev.perdure.testkit.check;

import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.WakeRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads in the log what became of wakes: none is early, none runs twice, none is lost. */
public final class WakeLog {

  private static final String PRINCIPAL = "system:wake";
  private static final long PATIENCE_MICROS = 3_000_000;

  private final Map<EntityAddress, WakeRow> rows = new HashMap<>();
  private final Consumer<Violation> violations;
  private long ran;
  private long failed;

  WakeLog(Consumer<Violation> violations) {
    this.violations = violations;
  }

  /** True for a command that nobody gave. */
  public static boolean isWake(CommandRecord record) {
    return record.origin().principal().equals(PRINCIPAL);
  }

  private void report(EntityAddress entity, String detail) {
    violations.accept(new Violation(Checker.WAKES, entity.toString(), entity + ": " + detail));
  }

  /** A command's record; its change of the wake, if any, comes behind it. */
  void command(EntityAddress entity, CommandRecord record) {
    if (isWake(record)) {
      WakeRow row = rows.get(entity);
      String id = record.origin().operationId();
      if (row == null || !id.equals("wake:" + row.due() + ":" + row.version())) {
        report(entity, id + " ran, where " + row + " was wanted");
      }
      ended(entity, record.stamp());
    }
  }

  /** A wake ran, or was tried. */
  private void ended(EntityAddress entity, long stamp) {
    WakeRow row = rows.get(entity);
    ran++;
    if (row == null || !row.waits()) {
      report(entity, "a wake ran that is over, or was never wanted: " + row);
    } else if (row.next() > stamp) {
      report(entity, "woken at " + stamp + ", which is early: " + row);
    }
  }

  /** What an entity wants now; null for nothing. */
  void row(EntityAddress entity, @Nullable WakeRow now, long stamp) {
    WakeRow before = rows.get(entity);
    if (before != null
        && now != null
        && before.due() == now.due()
        && now.attempts() > before.attempts()) {
      failed++;
      ended(entity, stamp);
    }
    moved(entity, now);
  }

  /** Entities of slots went, or came from another shard. */
  void moved(EntityAddress entity, @Nullable WakeRow now) {
    if (now == null) {
      rows.remove(entity);
    } else {
      rows.put(entity, now);
    }
  }

  /** Nothing that was due long before a time still waits. */
  public void none(long stamp) {
    rows.forEach(
        (entity, row) -> {
          if (row.waits() && row.next() < stamp - PATIENCE_MICROS) {
            report(entity, "at " + stamp + " it still waits: " + row);
          }
        });
  }

  /** What each entity wants, by the log. */
  public @Nullable WakeRow of(EntityAddress entity) {
    return rows.get(entity);
  }

  Iterable<EntityAddress> entities() {
    return List.copyOf(rows.keySet());
  }

  /** How many ran or were tried. */
  public long ran() {
    return ran;
  }

  /** How many of those failed. */
  public long failed() {
    return failed;
  }
}
