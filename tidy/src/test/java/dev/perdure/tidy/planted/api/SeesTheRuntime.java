package dev.perdure.tidy.planted.api;

/** Breaks the rule that the api sees the JDK alone. */
public final class SeesTheRuntime {
  Object runtime = new dev.perdure.tidy.planted.runtime.SeesTheLab();
}
