package dev.perdure.runtime.consume;

import dev.perdure.runtime.History;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.subscription.DeadLetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tries dead letters again. One whose event cannot be read just now, because the shard that has it
 * is away, or whose handler is told to come again later, holds up neither the stream nor for long
 * the other letters: the next round begins behind it, some seconds later. Only the consumer's
 * thread; its trouble is read by any.
 */
final class Replays {

  /** To find out that another shard is away takes two seconds, in which nothing is handled. */
  private static final long ROUND_NS = 10_000_000_000L;

  private final ConsumeParts parts;
  private final Handling handling;
  private volatile String trouble = "";
  private long failedNs;
  private long restNs = ROUND_NS;
  private int behind;

  Replays(ConsumeParts parts, Handling handling) {
    this.parts = parts;
    this.handling = handling;
  }

  /** Why letters wait, if they do. */
  String trouble() {
    return trouble;
  }

  /**
   * Tries those that are to be.
   *
   * @param tried gets each that was, and why it failed, or null
   */
  void run(List<DeadLetter> dead, BiConsumer<DeadLetter, @Nullable String> tried) {
    if (!trouble.isEmpty() && parts.nowNs() - failedNs < restNs) {
      return;
    }
    List<DeadLetter> letters = new ArrayList<>(dead);
    letters.removeIf(letter -> !letter.replaying());
    if (letters.isEmpty()) {
      trouble = "";
      return;
    }
    Collections.rotate(letters, -(behind % letters.size()));
    for (int i = 0; i < letters.size(); i++) {
      DeadLetter letter = letters.get(i);
      EntityAddress entity = new EntityAddress(letter.tenant(), letter.type(), letter.entity());
      History read = parts.entities().history(entity, letter.version() - 1, 1);
      if (read instanceof History.Failed failed && failed.problem().passing()) {
        String why = failed.problem().code().code() + ": " + failed.problem().detail();
        rest(why, Duration.ZERO, (behind + i + 1) % letters.size());
        return;
      }
      Event event = event(entity, letter, read);
      if (event == null) {
        tried.accept(letter, "the event cannot be read");
        continue;
      }
      Handling.Again again = again(event);
      if (again.later()) {
        rest(String.valueOf(again.failure()), again.rest(), (behind + i + 1) % letters.size());
        return;
      }
      tried.accept(letter, again.failure());
    }
    trouble = "";
    behind = 0;
  }

  /** Until the next round, which begins elsewhere. */
  private void rest(String why, Duration asked, int next) {
    trouble = why;
    failedNs = parts.nowNs();
    restNs = Math.max(ROUND_NS, asked.toNanos());
    behind = next;
  }

  private Handling.Again again(Event event) {
    return parts.has(PlantedBug.LETTER_NOT_DELIVERED)
        ? new Handling.Again(null, false, Duration.ZERO)
        : handling.again(event);
  }

  private static @Nullable Event event(EntityAddress entity, DeadLetter letter, History read) {
    if (!(read instanceof History.Page page) || page.events().isEmpty()) {
      return null;
    }
    History.Event found = page.events().getFirst();
    return new Event(
        entity,
        found.version(),
        new StoredEvent(found.type(), found.schemaVersion(), Objects.requireNonNull(found.json())),
        found.stampMicros(),
        found.operationId(),
        letter.replays());
  }
}
