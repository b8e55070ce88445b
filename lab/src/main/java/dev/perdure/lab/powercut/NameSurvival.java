package dev.perdure.lab.powercut;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The directory tree as it may be found after the cut. */
final class NameSurvival {

  private final CutState state;
  private final Dice dice;
  private final Map<Node, SortedMap<String, Node>> directories = new HashMap<>();
  private final List<String> lost = new ArrayList<>();

  /** {@link CrashModel#ORDERED}: the journal holds what came before this. */
  final long journalEnd;

  NameSurvival(CutState state, Dice dice) {
    this.state = state;
    this.dice = dice;
    boolean ordered = state.model == CrashModel.ORDERED;
    this.journalEnd = ordered ? dice.journalEnd(state.journalled, state.cut) : state.cut;
    List<NameChange> happened =
        state.history.names().stream().filter(c -> c.sequence() < state.cut).toList();
    Set<NameChange> survivors = ordered ? prefix(happened) : chosen(happened);
    for (NameChange change : happened) {
      if (survivors.contains(change)) {
        apply(change);
      } else {
        lost.add(change.what());
      }
    }
  }

  SortedMap<String, Node> entries(Node directory) {
    return directories.getOrDefault(directory, new TreeMap<>());
  }

  /** What is missing, for people. */
  List<String> lost() {
    return lost;
  }

  /** Changes of names that are not certain. */
  static List<NameChange> pending(CutState state) {
    List<NameChange> pending = new ArrayList<>();
    Set<NameChange> certain =
        state.model == CrashModel.STRICT ? certain(state, state.history.names()) : Set.of();
    for (NameChange change : state.history.names()) {
      boolean open =
          state.model == CrashModel.STRICT
              ? !certain.contains(change)
              : change.sequence() >= state.journalled;
      if (open && change.sequence() < state.cut) {
        pending.add(change);
      }
    }
    return pending;
  }

  private Set<NameChange> prefix(List<NameChange> happened) {
    Set<NameChange> survivors = new HashSet<>();
    happened.stream().filter(change -> change.sequence() < journalEnd).forEach(survivors::add);
    return survivors;
  }

  private Set<NameChange> chosen(List<NameChange> happened) {
    Set<NameChange> survivors = certain(state, happened);
    for (NameChange change : happened) {
      // Rolled for every change, so that one more certain change does not alter the others' luck.
      boolean survives = dice.nameSurvives(change.sequence());
      if (survives && survivors.containsAll(change.after())) {
        survivors.add(change);
      }
    }
    return survivors;
  }

  /** What was synced, and what that presupposes. */
  private static Set<NameChange> certain(CutState state, List<NameChange> changes) {
    Set<NameChange> certain = new HashSet<>();
    Set<Node> directories = new HashSet<>();
    for (NameChange change : changes) {
      for (NameChange.Entry entry : change.entries()) {
        if (directories.add(entry.directory())) {
          state.certainNames(entry.directory()).stream()
              .mapToObj(entry.directory().names::get)
              .forEach(certain::add);
        }
      }
    }
    for (NameChange change : changes.reversed()) {
      if (certain.contains(change)) {
        certain.addAll(change.after());
      }
    }
    return certain;
  }

  private void apply(NameChange change) {
    for (NameChange.Entry entry : change.entries()) {
      SortedMap<String, Node> names =
          directories.computeIfAbsent(entry.directory(), d -> new TreeMap<>());
      Node target = entry.target();
      if (target == null) {
        names.remove(entry.name());
      } else {
        names.put(entry.name(), target);
      }
    }
  }
}
