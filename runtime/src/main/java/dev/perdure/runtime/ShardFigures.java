package dev.perdure.runtime;

import dev.perdure.journal.JournalStatus;

/**
 * A shard's figures at one moment; counters since the start of the process.
 *
 * @param shard number of the shard
 * @param journal the log's figures
 * @param commandsAccepted decided and applied
 * @param commandsRejected by an entity's rules
 * @param commandsReplayed answered from a record
 * @param commandsFailed refused or failed by the platform
 * @param entriesProposed journal entries this node appended
 * @param entriesApplied entries applied
 * @param entriesIgnored entries that the fence turned away
 * @param queueLength commands waiting
 * @param cachedEntities decoded states in memory
 * @param cacheBytes their estimated size
 * @param entitiesLoaded states folded from the store
 * @param replyBytes recorded replies within the retention, all tenants
 * @param snapshotIndex log index of the newest durable snapshot, -1 if none
 * @param snapshotsTaken since start
 * @param stuckThreads user code that never came back
 * @param lockedCommands commands that wait for a transaction which holds their entity
 * @param wakes who wants to be woken, and how late it is done
 * @param intake how what waits fares when too much does
 */
public record ShardFigures(
    int shard,
    JournalStatus journal,
    long commandsAccepted,
    long commandsRejected,
    long commandsReplayed,
    long commandsFailed,
    long entriesProposed,
    long entriesApplied,
    long entriesIgnored,
    int queueLength,
    int cachedEntities,
    long cacheBytes,
    long entitiesLoaded,
    long replyBytes,
    long snapshotIndex,
    long snapshotsTaken,
    int stuckThreads,
    int lockedCommands,
    WakeFigures wakes,
    IntakeFigures intake) {}
