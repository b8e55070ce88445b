package dev.perdure.tidy.planted.util;

/** Lives in a package whose name says nothing. */
public final class Things {}
