package dev.perdure.testkit.sim;

import dev.perdure.api.Entity;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import dev.perdure.runtime.record.EntityAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Clients that hold things for a time, hold them longer, let them go, and break their wakes. */
public final class HoldWorkload implements Workload {

  private final List<EntityAddress> holds =
      IntStream.range(0, 12)
          .mapToObj(i -> new EntityAddress(i % 2 == 0 ? "north" : "south", "hold", "h" + i))
          .toList();

  private record Holds() implements Service {
    @Override
    public String name() {
      return "holds";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Hold());
    }
  }

  @Override
  public List<Service> services(int codeVersion, Consumer<Operation> deciding) {
    return List.of(new Holds());
  }

  @Override
  public Intent next(Chance chance) {
    EntityAddress hold = chance.of(holds);
    return switch (chance.below(20)) {
      case 0, 1, 2, 3 -> Intent.read(hold);
      case 4, 5 -> Intent.command(hold, "release", "{}");
      case 6 -> Intent.command(hold, "break", "{\"fault\":\"throw\"}");
      case 7 -> Intent.command(hold, "break", "{\"fault\":\"nothing\"}");
      case 8 -> Intent.command(hold, "break", "{\"fault\":\"reject\"}");
      case 9, 10, 11 -> Intent.command(hold, "break", "{\"fault\":\"\"}");
      case 12 -> Intent.command(hold, "until", "{\"micros\":-1}");
      case 13 -> Intent.command(hold, "until", "{\"micros\":1}");
      default -> Intent.command(hold, "for", "{\"micros\":" + chance.between(1, 3_000_000) + "}");
    };
  }
}
