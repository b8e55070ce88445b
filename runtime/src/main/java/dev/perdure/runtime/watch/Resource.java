package dev.perdure.runtime.watch;

/**
 * Something of which there is only so much.
 *
 * @param name for people, in the plural
 * @param max 0 if it is not known
 */
public record Resource(String name, long used, long max) {}
