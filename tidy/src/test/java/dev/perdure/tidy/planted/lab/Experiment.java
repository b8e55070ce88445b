package dev.perdure.tidy.planted.lab;

/** Innocent, but not to be seen by production. */
public final class Experiment {}
