/**
 * Policies from a file: {@link dev.perdure.guard.config.PolicyFile}. The only package that needs a
 * library, snakeyaml-engine.
 *
 * <p>Invariant: a file is taken as a whole or not at all; every mistake is named with its line, its
 * value and what is allowed. Does not own: watching the file.
 */
@NullMarked
package dev.perdure.guard.config;

import org.jspecify.annotations.NullMarked;
