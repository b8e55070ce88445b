package dev.perdure.runtime.drive;

import dev.perdure.runtime.record.EntityAddress;
import org.jspecify.annotations.Nullable;

/** Says whether a tenant may have one saga more. Thread-safe; asked at every start. */
public interface Quota {

  /** Why it may not; null if it may. */
  @Nullable String refusal(EntityAddress saga);

  /** One began here. */
  void begun(EntityAddress saga);

  /** One ended here. */
  void ended(EntityAddress saga);

  /** No limit. */
  Quota NONE =
      new Quota() {
        @Override
        public @Nullable String refusal(EntityAddress saga) {
          return null;
        }

        @Override
        public void begun(EntityAddress saga) {
          // not counted
        }

        @Override
        public void ended(EntityAddress saga) {
          // not counted
        }
      };
}
