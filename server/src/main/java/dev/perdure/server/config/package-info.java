/**
 * Every configuration key, declared once: name, type, unit, default, sentence. Entry types: {@link
 * dev.perdure.server.config.ServerConfig}, {@link dev.perdure.server.config.Keys}.
 *
 * <p>Threading: immutable values. Invariant: a {@code ServerConfig} that exists is valid; unknown
 * keys and bad values end in a {@link dev.perdure.server.config.ConfigException} that names where
 * they stand, what was read and what is allowed. Does not own: what a value does.
 */
@NullMarked
package dev.perdure.server.config;

import org.jspecify.annotations.NullMarked;
