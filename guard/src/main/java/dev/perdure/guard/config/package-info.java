/**
 * Policies from a file: {@link dev.perdure.guard.config.PolicyFile}, and {@link
 * dev.perdure.guard.config.PolicyWatch} for one that changes. The only package that needs a
 * library, snakeyaml-engine.
 *
 * <p>Invariant: a file is taken as a whole or not at all; every mistake is named with its line, its
 * value and what is allowed. A watch has one daemon thread. Does not own: which names there are.
 */
@NullMarked
package dev.perdure.guard.config;

import org.jspecify.annotations.NullMarked;
