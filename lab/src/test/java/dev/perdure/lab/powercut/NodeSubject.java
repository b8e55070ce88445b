package dev.perdure.lab.powercut;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.runtime.Outcome;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process that runs a node on its root and marks "n reply" when deposit n was acknowledged. It
 * closes and opens the node a few times: a log file is only purged when a later term has begun
 * another.
 */
final class NodeSubject {

  private static final int CALLERS = 3;

  private NodeSubject() {}

  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    int lives = Integer.parseInt(arguments[1]);
    int deposits = Integer.parseInt(arguments[2]);
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        FileChannel marks = LogSubject.marks(root)) {
      for (int life = 0; life < lives; life++) {
        try (PurseNode node = PurseNode.open(root)) {
          int first = life * deposits;
          List<Callable<Void>> work = new ArrayList<>();
          for (int caller = 0; caller < CALLERS; caller++) {
            int from = first + caller;
            work.add(() -> deposits(node, marks, from, first + deposits));
          }
          for (Future<Void> done : callers.invokeAll(work)) {
            done.get();
          }
          node.until(() -> node.node().figures().getFirst().snapshotsTaken() > 1);
        }
      }
    }
  }

  private static Void deposits(PurseNode node, FileChannel marks, int from, int to)
      throws Exception {
    for (int n = from; n < to; n += CALLERS) {
      Outcome outcome = node.deposit(n).await();
      if (!(outcome instanceof Outcome.Done)) {
        throw new IllegalStateException("deposit " + n + " was not made: " + outcome);
      }
      marks.write(ByteBuffer.wrap((n + " " + PurseNode.reply(outcome)).getBytes(UTF_8)));
    }
    return null;
  }
}
