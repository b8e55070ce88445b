package dev.perdure.guard;

/** Throws what the compiler cannot see to be allowed. */
final class Sneaky {
  private Sneaky() {}

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <X extends Throwable> X sneak(Throwable thrown) throws X {
    throw (X) thrown;
  }
}
