package dev.perdure.example.loans.replay;

import dev.perdure.client.Command;
import dev.perdure.client.Events;
import dev.perdure.client.PerdureClient;
import dev.perdure.example.loans.ApplicationEvent.OfferMoved;
import dev.perdure.example.loans.log.LogCase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One case on its way: its actions, and how far it is. Belongs to one thread at a time. */
final class Play {

  static final String TYPE = "application";

  private final String application;
  private final List<Action> actions;
  private int next;

  /** What the node had of it before this run: operation ids, and offers with their statuses. */
  private final Set<String> known = new HashSet<>();

  Play(LogCase one) {
    this.application = one.application();
    this.actions = Script.of(one);
  }

  String application() {
    return application;
  }

  boolean ended() {
    return next == actions.size();
  }

  /** Reads what the node has of the case; what it has is passed over. */
  void recall(PerdureClient client) {
    long after = 0;
    boolean more = true;
    while (more) {
      Optional<Events> page = client.events(TYPE, application, after);
      for (Events.Event event : page.map(Events::events).orElse(List.of())) {
        known.add(event.operationId());
        if (event.type().equals("offer-moved")) {
          OfferMoved moved = event.as(OfferMoved.class);
          known.add(moved(moved.offer(), moved.to()));
        }
      }
      more = page.map(Events::more).orElse(false);
      after = page.map(Events::next).orElse(after);
    }
  }

  private static String moved(int offer, String status) {
    return "offer " + offer + " " + status;
  }

  private boolean isKnown(Action action) {
    return switch (action) {
      case Action.Order order -> known.contains(order.operationId());
      case Action.Tell tell -> known.contains(moved(tell.offer(), tell.status().text()));
    };
  }

  /** The first command alone: its answer says whether the case is new. */
  Command first() {
    if (actions.getFirst() instanceof Action.Order order) {
      return command(order);
    }
    throw new ReplayException("case " + application + " does not begin with a command");
  }

  /** The first command was sent and is taken. */
  void begun() {
    next = 1;
  }

  /** The commands up to the next signal; they are taken. */
  List<Command> commands(ReplayCounts counts) {
    List<Command> commands = new ArrayList<>();
    while (!ended() && actions.get(next) instanceof Action.Order order) {
      if (isKnown(order)) {
        counts.earlier();
      } else {
        commands.add(command(order));
      }
      next++;
    }
    return commands;
  }

  /** The signals up to the next command; they are taken. */
  List<Action.Tell> signals(ReplayCounts counts) {
    List<Action.Tell> signals = new ArrayList<>();
    while (!ended() && actions.get(next) instanceof Action.Tell tell) {
      if (isKnown(tell)) {
        counts.earlier();
      } else {
        signals.add(tell);
      }
      next++;
    }
    return signals;
  }

  private Command command(Action.Order order) {
    return Command.of(TYPE, application, order.name(), order.command())
        .withOperationId(order.operationId());
  }
}
