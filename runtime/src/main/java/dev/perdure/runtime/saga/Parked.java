package dev.perdure.runtime.saga;

import org.jspecify.annotations.Nullable;

/**
 * Why a person has to look at a saga.
 *
 * @param step at which one; null if at none
 * @param undoing true if it is the step's compensation that does not go on
 */
public record Parked(String code, String detail, @Nullable StepName step, boolean undoing) {}
