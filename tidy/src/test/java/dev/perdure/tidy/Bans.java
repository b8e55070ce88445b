package dev.perdure.tidy;

import static dev.perdure.tidy.Zone.BENCH;
import static dev.perdure.tidy.Zone.CLI;
import static dev.perdure.tidy.Zone.LAB;
import static dev.perdure.tidy.Zone.PRODUCTION;
import static dev.perdure.tidy.Zone.TESTKIT;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Calls that are banned, the zones in which they are, and what to use instead. Works on syntax: a
 * name counts however it is reached (call, method reference, import, static import).
 */
final class Bans {

  /** What a ban is about: the unit in which doors are opened. */
  enum Topic {
    WALL_CLOCK(
        "the wall clock makes a run unrepeatable: take a dev.perdure.kernel.Clock, or the stamp"),
    MONOTONIC_CLOCK(
        "the machine's clock makes a run unrepeatable: take a dev.perdure.kernel.Clock"),
    SLEEP("wait for a condition with a deadline, or drive a virtual clock"),
    RANDOMNESS(
        "a random choice needs a seed: take a dev.perdure.kernel.Entropy, or new Random(seed)"),
    PRINTING("use an SLF4J logger"),
    SKIPPED_TEST(
        "repair or delete the test; one that needs something absent says so by an assumption");

    final String instead;

    Topic(String instead) {
      this.instead = instead;
    }

    boolean isBannedIn(Zone zone) {
      return switch (this) {
        case WALL_CLOCK, MONOTONIC_CLOCK -> zone == PRODUCTION || zone == CLI || zone == TESTKIT;
        case SLEEP -> zone != LAB && zone != BENCH;
        case RANDOMNESS -> zone != BENCH;
        case PRINTING -> zone == PRODUCTION || zone == TESTKIT;
        case SKIPPED_TEST -> true;
      };
    }
  }

  private static final Map<String, Topic> MEMBERS =
      Map.ofEntries(
          Map.entry("System.currentTimeMillis", Topic.WALL_CLOCK),
          Map.entry("Instant.now", Topic.WALL_CLOCK),
          Map.entry("LocalDate.now", Topic.WALL_CLOCK),
          Map.entry("LocalTime.now", Topic.WALL_CLOCK),
          Map.entry("LocalDateTime.now", Topic.WALL_CLOCK),
          Map.entry("OffsetDateTime.now", Topic.WALL_CLOCK),
          Map.entry("ZonedDateTime.now", Topic.WALL_CLOCK),
          Map.entry("Calendar.getInstance", Topic.WALL_CLOCK),
          Map.entry("Clock.systemUTC", Topic.WALL_CLOCK),
          Map.entry("Clock.systemDefaultZone", Topic.WALL_CLOCK),
          Map.entry("InstantSource.system", Topic.WALL_CLOCK),
          Map.entry("System.nanoTime", Topic.MONOTONIC_CLOCK),
          Map.entry("Thread.sleep", Topic.SLEEP),
          Map.entry("Math.random", Topic.RANDOMNESS),
          Map.entry("UUID.randomUUID", Topic.RANDOMNESS),
          Map.entry("ThreadLocalRandom.current", Topic.RANDOMNESS),
          Map.entry("System.out", Topic.PRINTING),
          Map.entry("System.err", Topic.PRINTING));

  private static final Set<String> TIME_UNITS =
      Set.of("NANOSECONDS", "MICROSECONDS", "MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS");

  /** Constructors that take the time or a seed from the machine when they are given no argument. */
  private static final Map<String, Topic> EMPTY_CONSTRUCTORS =
      Map.of(
          "Date", Topic.WALL_CLOCK,
          "Random", Topic.RANDOMNESS,
          "SplittableRandom", Topic.RANDOMNESS);

  private Bans() {}

  /** Every banned use in a file, in the order of its lines. */
  static List<Finding> check(ParsedFile file) {
    Set<Finding> found = new LinkedHashSet<>();
    new Scanner(file, found).scan(file.unit(), null);
    return List.copyOf(found);
  }

  private static final class Scanner extends TreeScanner<Void, Void> {
    private final ParsedFile file;
    private final Set<Finding> found;

    Scanner(ParsedFile file, Set<Finding> found) {
      this.file = file;
      this.found = found;
    }

    @Override
    public Void visitMemberSelect(MemberSelectTree tree, Void unused) {
      member(tree, lastName(tree.getExpression()), tree.getIdentifier().toString());
      return super.visitMemberSelect(tree, null);
    }

    @Override
    public Void visitMemberReference(MemberReferenceTree tree, Void unused) {
      String type = lastName(tree.getQualifierExpression());
      if (tree.getMode() == MemberReferenceTree.ReferenceMode.NEW) {
        created(tree, type, true);
      } else {
        member(tree, type, tree.getName().toString());
      }
      return super.visitMemberReference(tree, null);
    }

    @Override
    public Void visitNewClass(NewClassTree tree, Void unused) {
      created(tree, lastName(tree.getIdentifier()), tree.getArguments().isEmpty());
      return super.visitNewClass(tree, null);
    }

    @Override
    public Void visitAnnotation(AnnotationTree tree, Void unused) {
      if (lastName(tree.getAnnotationType()).equals("Disabled")) {
        report(tree, Topic.SKIPPED_TEST, "@Disabled");
      }
      return super.visitAnnotation(tree, null);
    }

    private void member(Tree tree, String type, String name) {
      Topic topic = MEMBERS.get(type + "." + name);
      if (topic != null) {
        report(tree, topic, type + "." + name);
      } else if (name.equals("sleep") && TIME_UNITS.contains(type)) {
        report(tree, Topic.SLEEP, "TimeUnit." + type + ".sleep");
      }
    }

    private void created(Tree tree, String type, boolean empty) {
      Topic topic = EMPTY_CONSTRUCTORS.get(type);
      if (topic != null && empty) {
        report(tree, topic, "new " + type + "()");
      } else if (type.equals("SecureRandom")) {
        report(tree, Topic.RANDOMNESS, "new SecureRandom()");
      }
    }

    private void report(Tree tree, Topic topic, String what) {
      SourceFile source = file.source();
      if (topic.isBannedIn(source.zone()) && !Doors.open(source, topic)) {
        String message = what + " is banned in " + source.zone() + " code: " + topic.instead;
        found.add(new Finding(source.path(), file.firstLine(tree), message));
      }
    }

    /**
     * The last name of {@code a.b.C}, {@code C<D>} or {@code C}; empty for any other expression.
     */
    private static String lastName(Tree tree) {
      return switch (tree) {
        case IdentifierTree identifier -> identifier.getName().toString();
        case MemberSelectTree select -> select.getIdentifier().toString();
        case ParameterizedTypeTree type -> lastName(type.getType());
        case null, default -> "";
      };
    }
  }
}
