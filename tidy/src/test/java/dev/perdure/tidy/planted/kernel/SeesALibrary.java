package dev.perdure.tidy.planted.kernel;

/** Breaks the rule that the kernel sees the JDK alone. */
public final class SeesALibrary {
  Class<?> library = org.assertj.core.api.Assertions.class;
}
