package dev.perdure.runtime.record;

/**
 * How a journal entry begins.
 *
 * @param fence under which leadership, and as the how-many-eth, it was proposed
 * @param stamp its time, microseconds since 1970
 * @param baseOffset the shard's offset of its first record
 */
public record EntryHeader(Fence fence, long stamp, long baseOffset) {}
