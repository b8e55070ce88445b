package dev.perdure.lab.powercut;

import dev.perdure.kernel.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The directories that power cuts during one recording may have left. Immutable; images may be
 * built by several threads into different directories.
 */
public final class CrashImages {

  private final Trace trace;
  private final CrashModel model;
  private final History history;

  private CrashImages(Trace trace, CrashModel model, History history) {
    this.trace = trace;
    this.model = model;
    this.history = history;
  }

  /**
   * The images of a trace under a model.
   *
   * @throws IllegalArgumentException if the trace names files that it never saw created: its images
   *     would be wrong
   */
  public static CrashImages of(Trace trace, CrashModel model) {
    History history = History.of(trace);
    Check.argument(
        history.gaps().isEmpty(), "the trace has gaps: " + String.join("; ", history.gaps()));
    return new CrashImages(trace, model, history);
  }

  /** The trace the images come from. */
  public Trace trace() {
    return trace;
  }

  /**
   * Cuts worth trying, ascending: right after every mark, within and around every sync, around
   * every change of a name or size, and some random ones. Where there are more than asked for, each
   * kind gets an equal share.
   */
  public List<Long> cuts(int cutsMax, long seed) {
    return new CutPoints(trace, history.baseEnd(), seed).choose(cutsMax);
  }

  /** How many fates the model has: that many consecutive seeds go through all of them. */
  public int fates() {
    return Fate.of(model).size();
  }

  /**
   * Builds one image. The same arguments give the same image.
   *
   * @param cut from 0 to {@link Trace#size}; operations before it had happened. A cut within what
   *     was there before the recording is taken for its end.
   * @param directory is created; must not exist or be empty
   */
  public CrashImage build(long cut, long seed, Path directory) throws IOException {
    return build(Fate.of(model, seed), cut, seed, directory);
  }

  private CrashImage build(Fate fate, long cut, long seed, Path directory) throws IOException {
    Check.argument(
        cut >= 0 && cut <= history.end(), "cut " + cut + " is outside 0 to " + history.end());
    CutState state = new CutState(history, Math.max(cut, history.baseEnd()), model);
    Dice dice = Dice.of(fate, seed, state, pending(state));
    NameSurvival names = new NameSurvival(state, dice);
    Files.createDirectories(directory);
    try (Stream<Path> children = Files.list(directory)) {
      Check.argument(children.findAny().isEmpty(), directory + " is not empty");
    }
    Writer writer = new Writer(state, names, dice, seed);
    writer.directory(history.root(), directory, "");
    List<String> losses = new ArrayList<>(names.lost());
    losses.addAll(writer.losses);
    List<String> marks =
        trace.marks().stream().filter(mark -> mark.sequence() < cut).map(Mark::text).toList();
    return new CrashImage(directory, cut, seed, model, fate, marks, losses);
  }

  /**
   * Builds many images and lets each be examined; a failed examination does not stop the others.
   *
   * @param check must throw if something acknowledged by the image's marks is missing; anything it
   *     throws is a finding, save a failure of the machine ({@link VirtualMachineError})
   */
  public SweepReport sweep(Sweep sweep, ImageCheck check) throws IOException {
    return sweep.run(this, check);
  }

  /**
   * What the recorder did not see: differences between the directory as the process left it and as
   * the trace tells it. Empty for a faithful trace. To be called when the process has ended.
   *
   * @param scratch a directory that is created for the comparison and removed
   */
  public List<String> unrecorded(Path liveRoot, Path scratch) throws IOException {
    build(Fate.EVERYTHING, history.end(), 0, scratch);
    List<String> differences = Directories.differences(scratch, liveRoot);
    Directories.delete(scratch);
    return differences;
  }

  private static long[] pending(CutState state) {
    LongStream names = NameSurvival.pending(state).stream().mapToLong(NameChange::sequence);
    Set<Node> files = new HashSet<>();
    LongStream.Builder contents = LongStream.builder();
    for (NameChange change : state.history.names()) {
      for (NameChange.Entry entry : change.entries()) {
        Node node = entry.target();
        if (node != null && !node.directory && files.add(node)) {
          var certain = state.certain(node);
          int happened = state.happened(node);
          for (int i = certain.nextClearBit(0); i < happened; i = certain.nextClearBit(i + 1)) {
            contents.add(node.changes.get(i).sequence());
          }
        }
      }
    }
    return LongStream.concat(names, contents.build()).sorted().toArray();
  }

  /** Walks the surviving tree. */
  private static final class Writer {
    private final CutState state;
    private final NameSurvival names;
    private final Dice dice;
    private final long seed;
    private final Map<Node, Path> written = new HashMap<>();
    private final List<String> losses = new ArrayList<>();

    Writer(CutState state, NameSurvival names, Dice dice, long seed) {
      this.state = state;
      this.names = names;
      this.dice = dice;
      this.seed = seed;
    }

    void directory(Node directory, Path at, String path) throws IOException {
      written.put(directory, at);
      for (Map.Entry<String, Node> entry : names.entries(directory).entrySet()) {
        Node node = entry.getValue();
        Path child = at.resolve(entry.getKey());
        String name = path.isEmpty() ? entry.getKey() : path + "/" + entry.getKey();
        Path twin = written.get(node);
        if (twin != null) {
          if (!node.directory) {
            Files.createLink(child, twin);
          }
        } else if (node.directory) {
          Files.createDirectory(child);
          directory(node, child, name);
        } else {
          file(node, child, name);
        }
      }
      mode(directory, at);
    }

    private void file(Node file, Path at, String name) throws IOException {
      written.put(file, at);
      FileSurvival survival =
          new FileSurvival(file, state, dice.forFile(file, seed), names.journalEnd);
      survival.writeTo(at);
      mode(file, at);
      if (!survival.loss().isEmpty()) {
        losses.add(name + ": " + survival.loss());
      }
    }

    /** Permissions are taken as never lost: nothing that is proved here depends on them. */
    private void mode(Node node, Path at) throws IOException {
      var latest = node.modes.lowerEntry(state.cut);
      if (latest != null) {
        Set<PosixFilePermission> permissions = new HashSet<>();
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int bit = 0; bit < all.length; bit++) {
          if ((latest.getValue() & 0400 >> bit) != 0) {
            permissions.add(all[bit]);
          }
        }
        Files.setPosixFilePermissions(at, permissions);
      }
    }
  }
}
