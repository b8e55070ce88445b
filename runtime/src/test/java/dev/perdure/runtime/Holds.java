package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.record.EntityAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Short words for what tests ask of {@link Hold}s. */
final class Holds {

  private static final Pattern NUMBER = Pattern.compile("\"(until|ended|endedAt)\":(-?\\d+)");

  private Holds() {}

  static EntityAddress hold(String id) {
    return new EntityAddress("default", "hold", id);
  }

  static Outcome run(RunningNode node, String id, Hold.Command command) {
    var model = Objects.requireNonNull(node.node().types().find("hold"));
    Outcome outcome =
        node.node()
            .entities()
            .execute(
                new EntityCommand(
                    hold(id), model.body(command), null, Precondition.NONE, node.context()));
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return outcome;
  }

  static long number(RunningNode node, String id, String name) {
    Outcome.Done read = (Outcome.Done) node.node().entities().read(hold(id), node.context(), false);
    Matcher numbers = NUMBER.matcher(new String(read.body(), StandardCharsets.UTF_8));
    while (numbers.find()) {
      if (numbers.group(1).equals(name)) {
        return Long.parseLong(numbers.group(2));
      }
    }
    throw new AssertionError(name);
  }
}
