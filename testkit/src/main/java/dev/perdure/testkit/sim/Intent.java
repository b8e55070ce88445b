package dev.perdure.testkit.sim;

import dev.perdure.runtime.record.EntityAddress;
import java.util.List;

/**
 * What a client wants of an entity.
 *
 * @param address with the stored type name
 * @param names the command's stored name, then its aliases; empty for a read
 * @param body as JSON
 */
public record Intent(EntityAddress address, List<String> names, String body) {

  /** A command. */
  public static Intent command(EntityAddress address, String name, String body) {
    return new Intent(address, List.of(name), body);
  }

  /** A read of the state. */
  public static Intent read(EntityAddress address) {
    return new Intent(address, List.of(), "");
  }
}
