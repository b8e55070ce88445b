/** Shards, entities and their stored state. */
@NullMarked
package dev.perdure.runtime;

import org.jspecify.annotations.NullMarked;
