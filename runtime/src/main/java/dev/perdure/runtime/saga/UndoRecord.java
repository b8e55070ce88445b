package dev.perdure.runtime.saga;

import org.jspecify.annotations.Nullable;

/**
 * What undoes a step, as data.
 *
 * @param type of the entity; null to call a handler
 * @param id of the entity; null to call a handler
 * @param name the command's, or the handler's
 * @param arguments JSON
 * @param unsure true if it may run although nobody knows whether the step was done
 */
public record UndoRecord(
    @Nullable String type, @Nullable String id, String name, String arguments, boolean unsure) {}
