package dev.perdure.api;

/**
 * What undoes a step. It is data, because it is recorded with the step and must be understood by
 * newer code.
 *
 * <p>It runs if the step was done. If that cannot be found out, it runs only if {@link #unsure}
 * says that it may: it then must do no harm where there is nothing to undo.
 */
public sealed interface Undo {

  /** True if it may run although nobody knows whether the step was done. */
  boolean unsure();

  /** A command to an entity, exactly once in effect. */
  record Command(String type, String id, Object command, boolean unsure) implements Undo {}

  /**
   * A call of one of {@link Saga#compensations}, at least once.
   *
   * @param arguments written as JSON
   */
  record Call(String name, Object arguments, boolean unsure) implements Undo {}

  /** A command to an entity of the same tenant. */
  static Undo command(String type, String id, Object command) {
    return new Command(type, id, command, false);
  }

  /** A call of one of {@link Saga#compensations}. */
  static Undo call(String name, Object arguments) {
    return new Call(name, arguments, false);
  }

  /** The same, which may run although nobody knows whether the step was done. */
  default Undo evenIfUnsure() {
    return switch (this) {
      case Command one -> new Command(one.type(), one.id(), one.command(), true);
      case Call one -> new Call(one.name(), one.arguments(), true);
    };
  }
}
