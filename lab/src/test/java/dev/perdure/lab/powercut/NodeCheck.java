package dev.perdure.lab.powercut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.History;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.node.Digests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Opens a node on an image: it starts, remembers every acknowledged deposit with its reply, has
 * made none twice, serves what its events say, and goes on working.
 */
final class NodeCheck {

  private static final String MISSING = "acknowledged deposits missing from purse ";

  private final int deposits;

  /** For a subject that has made so many deposits in all. */
  NodeCheck(int deposits) {
    this.deposits = deposits;
  }

  void check(CrashImage image) {
    Map<Integer, String> acked = new HashMap<>();
    for (String mark : image.marks()) {
      String[] parts = mark.split(" ", 2);
      acked.put(Integer.parseInt(parts[0]), parts[1]);
    }
    try (PurseNode node = PurseNode.open(image.directory())) {
      digests(node);
      for (int purse = 0; purse < PurseNode.PURSES; purse++) {
        Set<Integer> made = made(node, purse);
        assertThat(balance(node, purse)).isEqualTo(sum(made));
        int number = purse;
        assertThat(acked.keySet().stream().filter(n -> n % PurseNode.PURSES == number))
            .as(MISSING + purse)
            .filteredOn(n -> !made.contains(n))
            .isEmpty();
      }
      repeat(node, acked);
      digests(node);
    } catch (StartException refused) {
      if (!acked.isEmpty()) {
        throw refused;
      }
    }
  }

  private static void digests(PurseNode node) {
    Digests.Digest served = node.node().digests().served();
    Digests.Digest genesis = node.node().digests().genesis();
    assertThat(served.state()).as("hash of the states served").isEqualTo(genesis.state());
    assertThat(served.events()).isEqualTo(genesis.events());
  }

  /** The deposits that a purse's events tell of; none may be there twice. */
  private static Set<Integer> made(PurseNode node, int purse) {
    Set<Integer> made = new HashSet<>();
    if (node.node().entities().history(PurseNode.purse(purse), 0, 10_000)
        instanceof History.Page page) {
      assertThat(page.more()).isFalse();
      for (History.Event event : page.events()) {
        int n =
            Integer.parseInt(event.operationId().substring(PurseNode.operation(0).length() - 1));
        assertThat(made.add(n)).as("deposit %d is there once", n).isTrue();
      }
    }
    return made;
  }

  private static long sum(Set<Integer> made) {
    return made.stream().mapToLong(PurseNode::amount).sum();
  }

  private static long balance(PurseNode node, int purse) {
    return switch (node.node().entities().read(PurseNode.purse(purse), node.context(), false)) {
      case Outcome.Done done ->
          Long.parseLong(PurseNode.reply(done).replaceAll("^\\{\"balance\":|}@.*$", ""));
      case Outcome.Failed failed when failed.code() == ProblemCode.NOT_FOUND -> 0;
      case Outcome other -> throw new AssertionError("purse " + purse + " is unreadable: " + other);
    };
  }

  /** Asks for every deposit once more, as callers do that do not know what became of theirs. */
  private void repeat(PurseNode node, Map<Integer, String> acked) {
    List<Entities.Waiting> waiting = new ArrayList<>();
    for (int n = 0; n < deposits; n++) {
      waiting.add(node.deposit(n));
    }
    for (int n = 0; n < deposits; n++) {
      Outcome outcome = waiting.get(n).await();
      assertThat(outcome).as("deposit %d", n).isInstanceOf(Outcome.Done.class);
      String reply = acked.get(n);
      if (reply != null) {
        assertThat(PurseNode.reply(outcome)).as("deposit %d, repeated", n).isEqualTo(reply);
        assertThat(((Outcome.Done) outcome).replayed()).as("deposit %d replayed", n).isTrue();
      }
    }
    for (int purse = 0; purse < PurseNode.PURSES; purse++) {
      Set<Integer> all = new HashSet<>();
      for (int n = purse; n < deposits; n += PurseNode.PURSES) {
        all.add(n);
      }
      assertThat(made(node, purse)).isEqualTo(all);
      assertThat(balance(node, purse)).isEqualTo(sum(all));
    }
  }
}
