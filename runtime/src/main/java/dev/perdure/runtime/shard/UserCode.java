package dev.perdure.runtime.shard;

import java.util.function.Supplier;

/** Runs a service's own code so that what it does wrong stays its own problem. */
interface UserCode {

  /**
   * Runs {@code code}. It must change nothing of the shard: if it overruns, its thread loses the
   * shard to another and this call never returns normally.
   */
  <T> T run(Supplier<T> code);

  /** Without a watch, for the simulator. */
  UserCode INLINE =
      new UserCode() {
        @Override
        public <T> T run(Supplier<T> code) {
          return code.get();
        }
      };
}
