package dev.perdure.bench;

import dev.perdure.bench.load.Target;
import dev.perdure.bench.pekko.PekkoTarget;
import dev.perdure.bench.perdure.PerdureProcess;
import dev.perdure.bench.perdure.PerdureTarget;
import dev.perdure.bench.postgres.PostgresTarget;
import dev.perdure.bench.ratis.RatisTarget;
import java.nio.file.Path;
import java.util.List;

/**
 * A target that can be chosen by name.
 *
 * @param name as given to {@code --targets}; the opened target has the same
 * @param opening makes the target, with its data under a directory
 */
record Contender(String name, Opening opening) {

  /** Every target there is, in the order in which they are measured and shown. */
  static final List<Contender> ALL =
      List.of(
          new Contender("perdure", PerdureTarget::start),
          new Contender("perdure-3", PerdureTarget::cluster),
          new Contender("ratis-3", RatisTarget::start),
          new Contender("perdure-http", PerdureProcess::start),
          new Contender("pekko", PekkoTarget::start),
          new Contender("postgresql", PostgresTarget::statements),
          new Contender("postgresql-function", PostgresTarget::function));

  /** Makes a target. */
  interface Opening {

    /**
     * Opens it, ready for {@link Target#openAccounts}.
     *
     * @param directory an existing directory for its data, which is deleted afterwards
     * @throws dev.perdure.bench.load.Unavailable when it cannot run on this machine
     */
    Target open(Path directory) throws Exception;
  }
}
