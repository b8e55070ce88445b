package dev.perdure.example.ledger.http;

/**
 * One command of a batch, as the API reads it.
 *
 * @param type entity type
 * @param id entity id
 * @param command command name
 * @param body the command's fields: a record or a map
 * @param key operation id
 */
public record BatchLine(String type, String id, String command, Object body, String key) {}
