package dev.perdure.runtime.mode;

import dev.perdure.api.HandlerFailed;
import dev.perdure.api.Undeliverable;
import dev.perdure.guard.Judge;
import dev.perdure.guard.Verdict;
import dev.perdure.guard.jdbc.SqlJudge;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Every exception is a failure of the dependency, but for what a database says of a statement: a
 * constraint that does not hold, or a table that is not there, shows that the database works. What
 * the author's code says of itself, or a mistake in it, says nothing: an event that a handler can
 * never digest must not look like an outage, which is waited for.
 */
enum OutsideJudge implements Judge {
  /** The only one. */
  INSTANCE;

  /** Causes that are looked at; a chain may be a ring. */
  private static final int CAUSES_MAX = 16;

  /** True for what the author's code says of itself or of the event: perhaps nobody was asked. */
  static boolean saysNothing(Throwable thrown) {
    return thrown instanceof HandlerFailed || thrown instanceof Undeliverable || isMistake(thrown);
  }

  /** What a program throws that has a mistake, unless something outside is behind it. */
  private static boolean isMistake(Throwable thrown) {
    boolean mistake =
        thrown instanceof NullPointerException
            || thrown instanceof IllegalArgumentException
            || thrown instanceof ClassCastException
            || thrown instanceof IndexOutOfBoundsException
            || thrown instanceof ArithmeticException
            || thrown instanceof UnsupportedOperationException
            || thrown instanceof NoSuchElementException
            || thrown instanceof DateTimeException;
    return mistake && thrown.getCause() == null;
  }

  @Override
  public Verdict value(@Nullable Object value) {
    return Judge.standard().value(value);
  }

  @Override
  public @Nullable Verdict thrown(Throwable thrown) {
    if (saysNothing(thrown)) {
      return null;
    }
    Throwable at = thrown;
    for (int i = 0; at != null && i < CAUSES_MAX; i++) {
      if (at instanceof SQLException) {
        return SqlJudge.INSTANCE.thrown(at);
      }
      at = at.getCause();
    }
    return Judge.standard().thrown(thrown);
  }
}
