package dev.perdure.runtime.saga;

import org.jspecify.annotations.Nullable;

/**
 * What a step is about to do.
 *
 * @param kind command, call, sleep, signal, start, await or child
 * @param print fingerprint of its arguments; 0 fits everything
 * @param about what it does it to: an entity or saga as type/id, a dependency's name; null if
 *     nothing
 * @param undo what undoes it; null if nothing does
 * @param until when it ends by itself, microseconds since 1970; null if never
 */
public record Intent(
    String kind,
    long print,
    @Nullable String about,
    @Nullable UndoRecord undo,
    @Nullable Long until) {}
