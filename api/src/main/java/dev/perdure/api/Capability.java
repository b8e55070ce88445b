package dev.perdure.api;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Something that a service can do, what that needs, and what happens while it is not there.
 *
 * <pre>{@code
 * Capability.optional("notifications")
 *     .needs("notifier")
 *     .degraded(Degraded.later(Order.class, notifier::tell, Duration.ofDays(1), 10_000));
 * }</pre>
 *
 * @param name unique within a node
 * @param needs {@link #JOURNAL}, {@link #CONNECTIVITY}, or dependencies as steps name them; a
 *     dependency is needed by one capability at most
 * @param covers public names of entities, sagas, queues and views that are of use only with it:
 *     while it is disabled requests to them are refused
 */
public record Capability(
    String name,
    Criticality criticality,
    List<String> needs,
    List<String> covers,
    Degraded degraded) {

  /** That something can be written: a majority of replicas, and room on the disk. */
  public static final String JOURNAL = "journal";

  /** That the node sees other nodes, or anything outside. */
  public static final String CONNECTIVITY = "connectivity";

  private static final int LATER_NAME_MAX = 54;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,62}");

  public Capability {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "capability '"
              + name
              + "' must be named with 1 to 63 of a-z 0-9 - _ . beginning with a letter");
    }
    if (degraded instanceof Degraded.Later && name.length() > LATER_NAME_MAX) {
      throw new IllegalArgumentException(
          "capability '" + name + "' is named with more than " + LATER_NAME_MAX + " characters");
    }
    needs = List.copyOf(needs);
    covers = List.copyOf(covers);
  }

  /** Without it the service is of no use. Needs nothing yet, and waits. */
  public static Capability critical(String name) {
    return of(name, Criticality.CRITICAL);
  }

  /** Its absence is noticed, and can be borne. Needs nothing yet, and waits. */
  public static Capability important(String name) {
    return of(name, Criticality.IMPORTANT);
  }

  /** The first to go. Needs nothing yet, and waits. */
  public static Capability optional(String name) {
    return of(name, Criticality.OPTIONAL);
  }

  private static Capability of(String name, Criticality criticality) {
    return new Capability(name, criticality, List.of(), List.of(), Degraded.waits());
  }

  /** True for a need that is the name of a dependency. */
  public static boolean isDependency(String need) {
    return !need.equals(JOURNAL) && !need.equals(CONNECTIVITY);
  }

  /** The same with what it needs. */
  public Capability needs(String... names) {
    return new Capability(name, criticality, List.of(names), covers, degraded);
  }

  /** The same with what is of use only with it. */
  public Capability covers(String... names) {
    return new Capability(name, criticality, needs, List.of(names), degraded);
  }

  /** The same with another degraded form. */
  public Capability degraded(Degraded form) {
    return new Capability(name, criticality, needs, covers, form);
  }
}
