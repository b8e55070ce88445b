package dev.perdure.runtime.shard;

import dev.perdure.runtime.record.WakeRow;

/** What the command of a wake holds: the row as it was found due. */
record Woken(WakeRow row) {}
