package dev.perdure.journal;

/** How a replica whose log is empty begins. One that has a log goes on with that. */
public enum ReplicaOrigin {
  /** As the only member of a new group. Once in the life of a shard. */
  FOUNDED,

  /** As a member of nothing, until a leader adds it to its group. */
  JOINED
}
