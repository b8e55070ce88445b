package dev.perdure.example.loans.replay;

import org.jspecify.annotations.Nullable;

/**
 * What a node still has to do with what it was told, as its admin port says.
 *
 * @param unreacted events that the reactions have not seen yet
 * @param letters dead ones, of reactions and the queue
 * @param messages on the queue, whoever has them
 */
public record Backlog(long unreacted, long letters, long messages) {

  /** Where it is asked for. */
  @FunctionalInterface
  public interface Source {
    /** As it is now; null if nobody answers. */
    @Nullable Backlog now();
  }
}
