package dev.perdure.lab.cluster.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.lab.cluster.host.Owner;
import dev.perdure.lab.cluster.host.Shell;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real namespaces: what is cut does not arrive, what is not cut does. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NetworkTest {

  private final List<Talker> talkers = new ArrayList<>();

  /** A probe in a place. */
  private static final class Talker implements AutoCloseable {
    private final Process process;
    private final BufferedReader heard;
    private final BufferedWriter mouth;

    Talker(List<String> enter, String address) throws IOException {
      List<String> command = new ArrayList<>(enter);
      command.addAll(
          List.of(java(), "-XX:TieredStopAtLevel=1", "-cp", classPath(), Probe.class.getName()));
      command.add(address);
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      heard = process.inputReader();
      mouth = process.outputWriter();
      assertThat(heard.readLine()).isEqualTo("listens");
    }

    void say(String to, String text) throws IOException {
      mouth.write(to + " " + text + "\n");
      mouth.flush();
    }

    /** The next datagram that arrives; the test's own deadline bounds the wait. */
    String hear() throws IOException {
      return heard.readLine();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  @BeforeEach
  void needsNamespaces() {
    assumeTrue(Network.unavailable().isEmpty(), () -> Network.unavailable().orElse(""));
  }

  @AfterEach
  void close() {
    talkers.forEach(Talker::close);
  }

  private void talkIn(Network network) throws IOException {
    talkers.add(new Talker(List.of(), network.address(Network.LOAD)));
    for (int node = 1; node <= network.nodes(); node++) {
      talkers.add(new Talker(network.enter(node), network.address(node)));
    }
  }

  @Test
  void eachDirectionIsCutAloneAndHealed() throws IOException {
    try (Network network = Network.create(3)) {
      talkIn(network);
      for (int from = 0; from <= 3; from++) {
        for (int to = 0; to <= 3; to++) {
          if (from != to) {
            cutAndHeal(network, new Link(from, to));
          }
        }
      }
      assertThat(network.cutLinks()).isEmpty();
    }
  }

  /** Datagrams on one way stay in order: had the middle one arrived, it would be heard first. */
  private void cutAndHeal(Network network, Link link) throws IOException {
    Talker from = talkers.get(link.from());
    Talker to = talkers.get(link.to());
    from.say(network.address(link.to()), "before");
    assertThat(to.hear()).as("%s before", link).isEqualTo("before");
    network.cut(Set.of(link));
    from.say(network.address(link.to()), "lost");
    to.say(network.address(link.from()), "back");
    assertThat(from.hear()).as("the other direction of %s", link).isEqualTo("back");
    if (link.from() != Network.LOAD && link.to() != Network.LOAD) {
      int third = 6 - link.from() - link.to(); // of nodes 1, 2 and 3
      talkers.get(third).say(network.address(link.to()), "third");
      assertThat(to.hear()).as("%s from elsewhere", link).isEqualTo("third");
    }
    network.heal(Set.of(link));
    from.say(network.address(link.to()), "after");
    assertThat(to.hear()).as("%s after", link).isEqualTo("after");
  }

  @Test
  void aPartitionOfManyLinksIsHealedAsAWhole() throws IOException {
    try (Network network = Network.create(3)) {
      talkIn(network);
      network.cut(Partitions.isolated(3, 1));
      network.cut(Partitions.mute(3, 2));
      assertThat(network.cutLinks()).hasSize(5);
      talkers.get(1).say(network.address(2), "lost");
      talkers.get(2).say(network.address(3), "lost");
      talkers.get(3).say(network.address(2), "through");
      assertThat(talkers.get(2).hear()).isEqualTo("through");
      network.healAll();
      talkers.get(1).say(network.address(2), "again");
      assertThat(talkers.get(2).hear()).isEqualTo("again");
      talkers.get(2).say(network.address(3), "again");
      assertThat(talkers.get(3).hear()).isEqualTo("again");
    }
  }

  @Test
  void nodesReachNothingButEachOther() {
    try (Network network = Network.create(1)) {
      String routes = Shell.run("ip", "-n", network.namespace(1), "-4", "route", "show");
      assertThat(routes.strip().lines()).hasSize(1);
      assertThat(routes).contains("10.77.").doesNotContain("default");
    }
  }

  @Test
  void twoNetworksDoNotMeet() {
    try (Network one = Network.create(1);
        Network other = Network.create(1)) {
      assertThat(one.address(1)).isNotEqualTo(other.address(1));
      assertThat(one.namespace(1)).isNotEqualTo(other.namespace(1));
    }
  }

  @Test
  void closingTakesNamespacesAndProcessesAway() throws Exception {
    Network network = Network.create(2);
    talkIn(network);
    network.close();
    assertThat(Leftovers.namespaces()).doesNotContain(network.namespace(1), network.namespace(2));
    assertThat(talkers.get(1).process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(talkers.get(0).process.isAlive()).as("outside of them").isTrue();
  }

  @Test
  void whatAKilledOwnerLeftIsRemovedByTheNextNetwork() throws Exception {
    Process owner =
        new ProcessBuilder(java(), "-cp", classPath(), Abandoner.class.getName())
            .redirectErrorStream(true)
            .start();
    String namespace = owner.inputReader().readLine();
    long sleeper = Long.parseLong(owner.inputReader().readLine());
    assertThat(Leftovers.namespaces()).contains(namespace);
    Network.create(1).close();
    assertThat(Leftovers.namespaces()).as("its owner is alive").contains(namespace);
    owner.destroyForcibly().waitFor();
    Network.create(1).close();
    assertThat(Leftovers.namespaces()).doesNotContain(namespace);
    assertThat(ProcessHandle.of(sleeper).map(ProcessHandle::onExit))
        .satisfiesAnyOf(
            gone -> assertThat(gone).isEmpty(),
            ending -> ending.orElseThrow().get(20, TimeUnit.SECONDS));
  }

  /** Makes a network with a process in it, says their names, and is killed. */
  static final class Abandoner {
    public static void main(String[] args) throws IOException {
      Network network = Network.create(1);
      List<String> sleep = new ArrayList<>(network.enter(1));
      sleep.addAll(List.of("sleep", "300"));
      Process sleeper = new ProcessBuilder(sleep).start();
      System.out.println(network.namespace(1));
      System.out.println(sleeper.pid());
      System.in.read();
    }
  }

  @Test
  void ownersAreToldByNameAndStart() {
    Owner self = Owner.self();
    assertThat(Owner.of(self.name("1-n1"))).contains(self);
    assertThat(self.alive()).isTrue();
    assertThat(new Owner(self.pid(), self.startTicks() - 1).alive())
        .as("an earlier process with the same id")
        .isFalse();
    assertThat(Owner.of("someone-else")).isEmpty();
    assertThat(Owner.of("perdure-lab-x-1-n1")).isEmpty();
    assertThat(Files.exists(Path.of("/proc/self"))).isTrue();
  }
}
