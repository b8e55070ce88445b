package dev.perdure.runtime.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Which operations were recorded, and where. The question asked most is about an id never seen, and
 * it must not touch the store: recent ids are kept exactly, older ones in a filter that says no or
 * perhaps, and what a restart has not read yet says perhaps.
 *
 * <p>A range of offsets is a generation. Loop thread; generations that a restart reads are built
 * elsewhere and handed over.
 */
final class OperationIndex {

  private static final int GENERATION_SIZE_MAX = 1 << 20;
  private static final int GENERATIONS_EXACT = 4;

  private final int generationSize;
  private final int exactMax;
  private final Deque<Generation> generations = new ArrayDeque<>();
  private Generation current;
  private long forgottenThrough = -1;

  /**
   * An index.
   *
   * @param operationsExactMax how many ids are kept exactly; older ones go to filters
   */
  OperationIndex(int operationsExactMax, long nextOffset) {
    this.generationSize =
        Math.clamp(operationsExactMax / GENERATIONS_EXACT, 1, GENERATION_SIZE_MAX);
    this.exactMax = Math.max(1, operationsExactMax / generationSize);
    this.current = generation(nextOffset);
  }

  /** Where an id may be recorded. */
  sealed interface Place {
    /** At this very offset, if the record there has this id. */
    record At(long offset) implements Place {}

    /** Perhaps between these offsets, both included. */
    record Within(long from, long to) implements Place {}
  }

  /** An empty generation that begins at an offset. */
  Generation generation(long firstOffset) {
    return Generation.exact(firstOffset, generationSize);
  }

  /** Adds a recorded operation; offsets only rise. */
  void add(long hash, long offset) {
    if (current.full(offset)) {
      generations.addLast(current);
      current = generation(offset);
      sealOld();
    }
    current.add(hash, offset);
  }

  private void sealOld() {
    int exact = 0;
    List<Generation> kept = new ArrayList<>();
    for (Iterator<Generation> newest = generations.descendingIterator(); newest.hasNext(); ) {
      Generation generation = newest.next();
      if (generation.isExact() && ++exact >= exactMax) {
        generation = generation.filtered();
      }
      kept.add(generation);
    }
    generations.clear();
    kept.forEach(generations::addFirst);
  }

  /** All offsets up to this one are forgotten. */
  void forget(long throughOffset) {
    forgottenThrough = Math.max(forgottenThrough, throughOffset);
    while (!generations.isEmpty() && generations.peekFirst().lastOffset() <= forgottenThrough) {
      generations.removeFirst();
    }
  }

  /** A range that has not been read yet: every id may be in it. */
  void unread(long from, long to) {
    generations.addLast(Generation.unread(from, to));
  }

  /** Replaces the unread range with what was read of it, oldest first. */
  void read(List<Generation> read) {
    List<Generation> rest =
        generations.stream().filter(generation -> !generation.isUnread()).toList();
    generations.clear();
    generations.addAll(read);
    generations.addAll(rest);
    sealOld();
  }

  /** Where the id may be, newest first; usually nowhere. */
  List<Place> find(long hash) {
    List<Place> places = current.find(hash, List.of());
    for (Iterator<Generation> newest = generations.descendingIterator(); newest.hasNext(); ) {
      places = newest.next().find(hash, places);
    }
    if (places.isEmpty() || forgottenThrough < 0) {
      return places;
    }
    return places.stream().map(this::remembered).flatMap(List::stream).toList();
  }

  private List<Place> remembered(Place place) {
    return switch (place) {
      case Place.At at -> at.offset() > forgottenThrough ? List.of(place) : List.of();
      case Place.Within within ->
          within.to() <= forgottenThrough
              ? List.of()
              : List.of(
                  new Place.Within(Math.max(within.from(), forgottenThrough + 1), within.to()));
    };
  }

  /** Empties it, to begin at an offset. */
  void reset(long nextOffset) {
    generations.clear();
    current = generation(nextOffset);
  }
}
