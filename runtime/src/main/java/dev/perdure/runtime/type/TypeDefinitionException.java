package dev.perdure.runtime.type;

/** A service whose types cannot be used: found when it is registered, never later. */
public final class TypeDefinitionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TypeDefinitionException(String message) {
    super(message);
  }
}
