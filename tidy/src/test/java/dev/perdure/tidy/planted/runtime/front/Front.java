package dev.perdure.tidy.planted.runtime.front;

/** One half of a cycle of packages. */
public final class Front {
  Object back = new dev.perdure.tidy.planted.runtime.back.Back();
}
