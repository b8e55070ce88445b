package dev.perdure.tidy.planted.runtime.back;

/** The other half of a cycle of packages. */
public final class Back {
  Class<?> front = dev.perdure.tidy.planted.runtime.front.Front.class;
}
