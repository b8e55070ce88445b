package dev.perdure.lab.cluster.fake;

/** What is wrong with a fake node. */
public enum FakeMode {
  HONEST,
  /** Acknowledges what it only remembers. */
  FORGETS,
  /** Executes a repeat again. */
  DOUBLES,
  /** Now and then a read gives the state before the last command. */
  STALE
}
