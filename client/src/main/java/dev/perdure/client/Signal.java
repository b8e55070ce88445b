package dev.perdure.client;

import org.jspecify.annotations.Nullable;

/**
 * A signal for a saga.
 *
 * @param type of the saga
 * @param id of the saga
 * @param name 1 to 63 characters of {@code a-z 0-9 - _ .}, beginning with a letter
 * @param body anything that Jackson writes; text and bytes are JSON already; null for none
 * @param operationId under which it comes once
 */
public record Signal(
    String type, String id, String name, @Nullable Object body, String operationId) {}
