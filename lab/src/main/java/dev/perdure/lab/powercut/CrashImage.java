package dev.perdure.lab.powercut;

import java.nio.file.Path;
import java.util.List;

/**
 * A directory as the power cut may have left it.
 *
 * @param directory where it stands
 * @param cut operations before this sequence number had happened
 * @param seed with the cut and the model, the whole of what chose this image
 * @param marks what had been marked before the cut
 * @param losses what is missing compared to the moment of the cut, for people
 */
public record CrashImage(
    Path directory,
    long cut,
    long seed,
    CrashModel model,
    Fate fate,
    List<String> marks,
    List<String> losses) {

  /** Copies the lists. */
  public CrashImage {
    marks = List.copyOf(marks);
    losses = List.copyOf(losses);
  }

  /** One line that says how to build this image again from the same trace. */
  public String recipe() {
    return "model " + model + ", cut " + cut + ", seed " + seed + " (" + fate + ")";
  }
}
