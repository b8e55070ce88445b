package dev.perdure.lab.powercut;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/** Where to cut: see {@link CrashImages#cuts}. */
final class CutPoints {

  private final Trace trace;
  private final long first;
  private final Random random;

  CutPoints(Trace trace, long first, long seed) {
    this.trace = trace;
    this.first = first;
    this.random = new Random(seed);
  }

  List<Long> choose(int cutsMax) {
    List<List<Long>> kinds = new ArrayList<>(List.of(afterMarks(), aroundSyncs(), aroundNames()));
    kinds.add(anywhere(cutsMax));
    kinds.forEach(kind -> Collections.shuffle(kind, random));
    SortedSet<Long> chosen = new TreeSet<>();
    for (int i = 0; chosen.size() < cutsMax && i < longest(kinds); i++) {
      for (List<Long> kind : kinds) {
        if (i < kind.size() && chosen.size() < cutsMax) {
          chosen.add(kind.get(i));
        }
      }
    }
    return List.copyOf(chosen);
  }

  private static int longest(List<List<Long>> kinds) {
    return kinds.stream().mapToInt(List::size).max().orElse(0);
  }

  private List<Long> afterMarks() {
    List<Long> cuts = new ArrayList<>();
    trace.marks().forEach(mark -> cuts.add(mark.sequence() + 1));
    return cuts;
  }

  private List<Long> aroundSyncs() {
    List<Long> cuts = new ArrayList<>();
    for (Sync sync : trace.allSyncs()) {
      cuts.add(sync.begin() + 1);
      if (sync.end() != Sync.UNFINISHED) {
        cuts.add(sync.end());
        cuts.add(sync.end() + 1);
      }
    }
    return cuts;
  }

  private List<Long> aroundNames() {
    List<Long> cuts = new ArrayList<>();
    List<Operation> operations = trace.operations();
    for (int i = (int) first; i < operations.size(); i++) {
      boolean of =
          switch (operations.get(i)) {
            case Operation.Create o -> true;
            case Operation.MakeDirectory o -> true;
            case Operation.Rename o -> true;
            case Operation.Link o -> true;
            case Operation.Unlink o -> true;
            case Operation.RemoveDirectory o -> true;
            case Operation.Truncate o -> true;
            case Operation.Allocate o -> true;
            default -> false;
          };
      if (of) {
        cuts.add((long) i);
        cuts.add(i + 1L);
      }
    }
    return cuts;
  }

  private List<Long> anywhere(int count) {
    List<Long> cuts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cuts.add(random.nextLong(first, trace.size() + 1));
    }
    return cuts;
  }
}
