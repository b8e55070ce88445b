package dev.perdure.api;

import java.time.Duration;

/**
 * One attempt of a call.
 *
 * @param operationId the same for every attempt of this step of this saga; hand it over, so that
 *     the other side can tell a repeat
 * @param remaining how long this attempt may take; then its thread is interrupted
 * @param attempt from 1
 */
public record StepCall(String operationId, Duration remaining, int attempt) {}
