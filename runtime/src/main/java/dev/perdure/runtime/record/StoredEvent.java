package dev.perdure.runtime.record;

/**
 * An event as it is stored.
 *
 * @param name the stable name
 * @param schemaVersion version of its fields
 * @param json the fields, as a JSON object
 */
public record StoredEvent(String name, int schemaVersion, byte[] json) {}
