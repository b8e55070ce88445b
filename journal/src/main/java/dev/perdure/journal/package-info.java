/** The replicated durable log of a shard. */
@NullMarked
package dev.perdure.journal;

import org.jspecify.annotations.NullMarked;
