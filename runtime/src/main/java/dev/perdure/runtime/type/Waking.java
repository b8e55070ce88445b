package dev.perdure.runtime.type;

import dev.perdure.api.Entity;
import dev.perdure.runtime.record.WakeRow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an entity type says of wakes, as stamps. */
public final class Waking {

  /** The name of the command that a wake is; no command of an entity can have it. */
  public static final String COMMAND = "$wake";

  /** In place of a stamp: the entity does not want to be woken. */
  public static final long NONE = -1;

  private static final long MICROS = 1_000_000;

  private Waking() {}

  /** True if the type has a rule of its own. */
  static boolean isDeclaredBy(Entity<?, ?, ?> entity) {
    try {
      return entity.getClass().getMethod("wakeAt", Object.class).getDeclaringClass()
          != Entity.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every entity has the method", e);
    }
  }

  /** Rounded up, so that no wake is early. What lies before 1970 is due at once. */
  static long micros(@Nullable Instant time) {
    if (time == null) {
      return NONE;
    }
    if (time.getEpochSecond() >= WakeRow.NEVER / MICROS) {
      return WakeRow.NEVER;
    }
    return Math.max(0, time.getEpochSecond() * MICROS + (time.getNano() + 999) / 1000);
  }
}
