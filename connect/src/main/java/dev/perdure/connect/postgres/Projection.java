package dev.perdure.connect.postgres;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What is projected, and where to. Each generation has a schema of its own, {@code NAME_vN}, and is
 * a subscription of its own, {@code NAME-vN}; readers use the views in the schema {@code NAME},
 * which show one of them.
 *
 * @param name lower-case letters, digits and dashes, a letter first; dashes are underscores in
 *     names of schemas
 * @param generation from 1; another one begins with the first event
 * @param entity name of the entity type whose events are wanted
 * @param migrations folder on the class path with this generation's Flyway migrations, for example
 *     {@code db/accounts}
 * @param batch how many events at most are one transaction
 * @param dependency the database's name among the node's dependencies: what capabilities need, and
 *     policies are written for
 * @param timeout how long a batch may take, and with the first one the migrations; at most an hour.
 *     What a batch waits for has shorter limits of its own
 */
public record Projection(
    String name,
    int generation,
    String entity,
    String migrations,
    int batch,
    String dependency,
    Duration timeout) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
  private static final int GENERATION_MAX = 9_999;
  private static final int BATCH_DEFAULT = 200;
  private static final Duration TIMEOUT_DEFAULT = Duration.ofMinutes(15);
  private static final String DEPENDENCY_DEFAULT = "postgres";

  public Projection {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a projection's name is '" + name + "'; it must match " + NAME.pattern());
    }
    if (generation < 1 || generation > GENERATION_MAX) {
      throw new IllegalArgumentException(
          "generation " + generation + " of projection " + name + "; 1 to " + GENERATION_MAX);
    }
  }

  /** The first generation, in a database that is named {@code postgres}. */
  public static Projection of(String name, String entity, String migrations) {
    return new Projection(
        name, 1, entity, migrations, BATCH_DEFAULT, DEPENDENCY_DEFAULT, TIMEOUT_DEFAULT);
  }

  /** Another generation of it, with migrations of its own. */
  public Projection generation(int other, String itsMigrations) {
    return new Projection(name, other, entity, itsMigrations, batch, dependency, timeout);
  }

  public Projection withBatch(int other) {
    return new Projection(name, generation, entity, migrations, other, dependency, timeout);
  }

  /** The same in a database of another name. */
  public Projection withDependency(String other) {
    return new Projection(name, generation, entity, migrations, batch, other, timeout);
  }

  /** The same with another time for a batch and the migrations; default a quarter of an hour. */
  public Projection withTimeout(Duration other) {
    return new Projection(name, generation, entity, migrations, batch, dependency, other);
  }

  /** Name of the subscription. */
  public String subscription() {
    return name + "-v" + generation;
  }

  /** Where its tables are. */
  public String schema() {
    return schema(publicSchema(), generation);
  }

  /** Where readers look. */
  public String publicSchema() {
    return name.replace('-', '_');
  }

  /** As a name in SQL: {@code order} is a word of the language, too. */
  static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  static String schema(String publicSchema, int generation) {
    return publicSchema + "_v" + generation;
  }
}
