package dev.perdure.lab.powercut;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Replays a trace once and notes what happened to each file, directory and name. */
final class HistoryBuilder {

  private final Trace trace;
  private final Map<Long, Sync> syncsByBegin = new HashMap<>();
  private final Map<Long, Node> byInode = new HashMap<>();
  private final List<NameChange> names = new ArrayList<>();
  private final List<Sync> syncsOfAll = new ArrayList<>();
  private final List<History.Commit> commits = new ArrayList<>();
  private final List<String> gaps = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Node root = newNode(true);
  private final LiveTree tree = new LiveTree(root);
  private long sequence;
  private long baseEnd;

  HistoryBuilder(Trace trace) {
    this.trace = trace;
    trace.allSyncs().forEach(sync -> syncsByBegin.put(sync.begin(), sync));
  }

  History build() {
    for (Operation operation : trace.operations()) {
      replay(operation);
      sequence++;
    }
    for (Node node : nodes) {
      node.syncs.sort(Comparator.comparingLong(Sync::end));
      commitsOf(node);
    }
    syncsOfAll.sort(Comparator.comparingLong(Sync::end));
    for (Sync sync : syncsOfAll) {
      if (sync.durable()) {
        commits.add(new History.Commit(sync.end(), sync.begin()));
      }
    }
    commits.sort(Comparator.comparingLong(History.Commit::at));
    return new History(root, names, baseEnd, sequence, syncsOfAll, commits, gaps);
  }

  private void replay(Operation operation) {
    switch (operation) {
      case Operation.BaseDirectory o -> baseDirectory(o);
      case Operation.BaseFile o -> baseFile(o);
      case Operation.Create o -> create(o.path(), o.inode(), o.mode(), false);
      case Operation.MakeDirectory o -> create(o.path(), o.inode(), o.mode(), true);
      case Operation.Write o -> write(o);
      case Operation.Truncate o -> truncate(o);
      case Operation.Allocate o -> allocate(o);
      case Operation.Rename o -> rename(o);
      case Operation.Link o -> link(o);
      case Operation.Unlink o -> remove(o.path());
      case Operation.RemoveDirectory o -> remove(o.path());
      case Operation.ChangeMode o -> changeMode(o);
      case Operation.SyncBegin o -> sync(o);
      case Operation.SyncEnd o -> {}
      case Operation.Marked o -> {}
      case Operation.Warning o -> {}
    }
  }

  // ---- what was there before ----

  private void baseDirectory(Operation.BaseDirectory o) {
    if (o.path().isEmpty()) {
      byInode.put(o.inode(), root);
      root.modes.put(sequence, o.mode());
    } else {
      create(o.path(), o.inode(), o.mode(), true);
    }
    baseEnd = sequence + 1;
  }

  private void baseFile(Operation.BaseFile o) {
    Node known = byInode.get(o.inode());
    if (known != null) { // a second name of a file that was listed before
      name(o.path(), known, "base " + o.path());
    } else {
      create(o.path(), o.inode(), o.mode(), false);
      Node file = byInode.get(o.inode());
      if (file != null) {
        long size = o.content().byteSize();
        file.changes.add(new Change(sequence, 0, size, o.content(), size, false));
      }
    }
    baseEnd = sequence + 1;
  }

  // ---- names ----

  private void create(String path, long inode, int mode, boolean directory) {
    Node node = newNode(directory);
    node.modes.put(sequence, mode);
    if (name(path, node, (directory ? "mkdir " : "create ") + path)) {
      byInode.put(inode, node);
      node.dataTouches.add(sequence);
    }
  }

  private boolean name(String path, Node target, String what) {
    LiveTree.Place place = tree.place(path);
    if (place == null) {
      gap(what + ": the directory was never recorded");
      return false;
    }
    change(List.of(new NameChange.Entry(place.directory(), place.name(), target)), what);
    target.touches.add(sequence);
    return true;
  }

  private void link(Operation.Link o) {
    Node target = tree.find(o.from());
    if (target == null) {
      gap("link " + o.from() + ": never recorded");
    } else {
      name(o.to(), target, "link " + o.from() + " as " + o.to());
    }
  }

  private void remove(String path) {
    LiveTree.Place place = tree.place(path);
    Node node = place == null ? null : tree.at(place);
    if (place == null || node == null) {
      gap("remove " + path + ": never recorded");
      return;
    }
    change(List.of(new NameChange.Entry(place.directory(), place.name(), null)), "remove " + path);
    node.touches.add(sequence);
  }

  private void rename(Operation.Rename o) {
    String what = "rename " + o.from() + " to " + o.to();
    LiveTree.Place from = tree.place(o.from());
    LiveTree.Place to = tree.place(o.to());
    Node moved = from == null ? null : tree.at(from);
    if (from == null || to == null || moved == null) {
      gap(what + ": never recorded");
      return;
    }
    Node replaced = tree.at(to);
    if (replaced == moved) {
      return; // two names of one file: POSIX leaves both
    }
    boolean exchange = o.flags() == Operation.Rename.EXCHANGE;
    var add = new NameChange.Entry(to.directory(), to.name(), moved);
    var drop = new NameChange.Entry(from.directory(), from.name(), exchange ? replaced : null);
    // Between directories a file may be found under both names: the addition can be on the disk
    // before the removal. For a directory that would be a second parent: kept atomic.
    if (from.directory() == to.directory() || exchange || moved.directory) {
      change(List.of(add, drop), what);
    } else {
      NameChange added = change(List.of(add), what + " (new name)");
      change(List.of(drop), what + " (old name)", List.of(added));
    }
    moved.touches.add(sequence);
    if (replaced != null) {
      replaced.touches.add(sequence);
    }
  }

  private NameChange change(List<NameChange.Entry> entries, String what) {
    return change(entries, what, List.of());
  }

  private NameChange change(
      List<NameChange.Entry> entries, String what, List<NameChange> alsoAfter) {
    List<NameChange> after = tree.before(entries);
    after.addAll(alsoAfter);
    NameChange change = new NameChange(sequence, entries, after, what);
    names.add(change);
    tree.apply(change);
    for (NameChange.Entry entry : entries) {
      Node directory = entry.directory();
      if (directory.names.isEmpty() || directory.names.getLast() != change) {
        directory.names.add(change);
      }
      directory.touches.add(sequence);
    }
    return change;
  }

  // ---- contents ----

  private void write(Operation.Write o) {
    Node file = file(o.inode(), "write");
    if (file == null) {
      return;
    }
    long end = o.offset() + o.data().byteSize();
    if (end > file.size()) {
      file.extensions.add(sequence);
    }
    file.changes.add(
        new Change(sequence, o.offset(), end, o.data(), Math.max(end, file.size()), o.through()));
  }

  private void truncate(Operation.Truncate o) {
    Node file = file(o.inode(), "truncate");
    if (file != null) {
      long from = Math.min(o.size(), file.size());
      resize(file, from, file.size(), o.size());
    }
  }

  private void allocate(Operation.Allocate o) {
    Node file = file(o.inode(), "allocate");
    if (file == null) {
      return;
    }
    int mode = o.mode() & ~Operation.Allocate.KEEP_SIZE;
    boolean zeroes = mode == Operation.Allocate.PUNCH_HOLE || mode == Operation.Allocate.ZERO_RANGE;
    if (mode != 0 && !zeroes) {
      gap("fallocate with mode " + o.mode() + " is not modelled");
      return;
    }
    long end = o.offset() + o.length();
    boolean keepsSize = (o.mode() & Operation.Allocate.KEEP_SIZE) != 0;
    long size = keepsSize ? file.size() : Math.max(file.size(), end);
    if (zeroes) {
      resize(file, o.offset(), Math.min(end, size), size);
    } else if (size != file.size()) {
      resize(file, 0, 0, size);
    }
  }

  private void resize(Node file, long zeroFrom, long zeroTo, long size) {
    long to = Math.max(zeroFrom, zeroTo);
    file.changes.add(new Change(sequence, zeroFrom, to, null, size, false));
    file.touches.add(sequence);
    file.dataTouches.add(sequence);
  }

  private void changeMode(Operation.ChangeMode o) {
    Node node = byInode.get(o.inode());
    if (node == null) {
      gap("chmod of inode " + o.inode() + ": never recorded");
    } else {
      node.modes.put(sequence, o.mode());
    }
  }

  // ---- syncs ----

  private void sync(Operation.SyncBegin o) {
    Sync sync = syncsByBegin.get(sequence);
    Node node = byInode.get(o.inode());
    if (sync == null) {
      return; // its thread was killed and its number reused
    }
    if (o.call() == SyncCall.SYNC_ALL) {
      syncsOfAll.add(sync);
    } else if (node != null) {
      node.syncs.add(sync);
    } else {
      gap("sync of \"" + o.path() + "\": never recorded");
    }
  }

  /**
   * What the syncs of a node force out of the journal of an ordered file system: no more than such
   * a system promises. A sync commits up to the last metadata change of the node itself (with all
   * that the journal holds before it), and up to its own beginning if new blocks had to be
   * recorded. A sync of a file that was only overwritten in place commits nothing.
   */
  private void commitsOf(Node node) {
    long syncedBefore = -1;
    for (Sync sync : node.syncs) {
      if (sync.durable()) {
        boolean data = sync.call() == SyncCall.FDATASYNC;
        List<Long> touches = data ? node.dataTouches : node.touches;
        long covered = History.lastBelow(touches, sync.begin()) + 1;
        if (History.lastBelow(node.extensions, sync.begin()) > syncedBefore) {
          covered = sync.begin();
        }
        syncedBefore = Math.max(syncedBefore, sync.begin());
        commits.add(new History.Commit(sync.end(), covered));
      }
    }
    for (Change change : node.changes) {
      if (change.through()) {
        long at = change.sequence();
        boolean grew = History.lastBelow(node.extensions, at + 1) == at;
        long covered = grew ? at : History.lastBelow(node.dataTouches, at) + 1;
        commits.add(new History.Commit(at, covered));
      }
    }
  }

  private Node newNode(boolean directory) {
    Node node = new Node(nodes.size(), directory);
    nodes.add(node);
    return node;
  }

  private @Nullable Node file(long inode, String what) {
    Node node = byInode.get(inode);
    if (node == null) {
      gap(what + " of inode " + inode + ": never recorded");
    }
    return node;
  }

  private void gap(String what) {
    gaps.add("operation " + sequence + ": " + what);
  }
}
