package dev.perdure.testkit.sim;

import dev.perdure.kernel.ByteReader;
import dev.perdure.runtime.dispatch.Others;
import dev.perdure.runtime.dispatch.QueueDoor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The other machines, as one asks them whether they have messages: answers are lost and late. */
final class SimOthers implements Others {

  private static final long MS = 1_000_000;

  private final World world;
  private final SimNode here;
  private final Function<SimNode, SimQueues.@Nullable Machine> machines;

  SimOthers(World world, SimNode here, Function<SimNode, SimQueues.@Nullable Machine> machines) {
    this.world = world;
    this.here = here;
    this.machines = machines;
  }

  @Override
  public List<String> leaders() {
    int leader = world.group().leader();
    boolean other = leader >= 0 && leader != here.id() && !here.cutOff();
    return other ? List.of(String.valueOf(leader)) : List.of();
  }

  @Override
  public byte[] ask(String node, byte[] question, Duration timeout) throws IOException {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    world.after(
        world.chance().delayNs(MS, 50 * MS),
        () -> {
          SimNode to = world.node(Integer.parseInt(node));
          SimQueues.Machine machine = machines.apply(to);
          if (machine != null && !to.cutOff() && !world.chance().happens(0.03)) {
            machine.start("asked", () -> answered(machine, question, answer));
          }
        });
    byte[] given = here.clock().await(answer, timeout.toNanos());
    if (given == null) {
      throw new IOException("no answer in time");
    }
    return given;
  }

  private void answered(
      SimQueues.Machine machine, byte[] question, CompletableFuture<byte[]> answer) {
    ByteReader in = new ByteReader(question, "a question");
    if (in.u8() != QueueDoor.QUESTION) {
      throw new IllegalStateException("another question");
    }
    byte[] bytes = machine.queues().answer(in);
    if (!world.chance().happens(0.03)) {
      world.after(world.chance().delayNs(MS, 50 * MS), () -> answer.complete(bytes));
    }
  }
}
