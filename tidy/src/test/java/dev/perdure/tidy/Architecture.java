package dev.perdure.tidy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.stream.Stream;

/**
 * Which module may see which, and how packages are named. Modules are told apart by their root
 * package under {@code base}, so that the rules can be tried on planted packages too.
 *
 * @param base the package above those of the modules
 */
record Architecture(String base) {
  private static final String[] PRODUCTION = {
    "api", "kernel", "journal", "runtime", "guard", "sync", "server", "client", "connect", "example"
  };
  private static final String[] PROVING = {"lab", "testkit", "bench"};
  private static final String[] SAYS_NOTHING = {
    "..util..", "..utils..", "..common..", "..impl..", "..manager..", "..helper..", "..helpers.."
  };

  ArchRule productionNeverSeesWhatProvesIt() {
    return noClasses()
        .that()
        .resideInAnyPackage(modules(PRODUCTION))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(modules(PROVING))
        .because("what proves the product is not part of it")
        .allowEmptyShould(true);
  }

  ArchRule seesOnlyTheJdk(String module) {
    return classes()
        .that()
        .resideInAPackage(base + "." + module + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", base + "." + module + "..")
        .because(module + " is what everything else stands on, and stands on nothing")
        .allowEmptyShould(true);
  }

  ArchRule clientSeesNothingOfANode() {
    return classes()
        .that()
        .resideInAPackage(base + ".client..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify..",
            "tools.jackson..",
            "com.fasterxml.jackson.annotation..",
            base + ".client..")
        .because("who calls a node must not need its code, nor the Java that it runs on")
        .allowEmptyShould(true);
  }

  /** Drivers of databases and brokers are the choice of who takes the module, and nobody else's. */
  ArchRule connectSeesOnlyTheApi() {
    return noClasses()
        .that()
        .resideInAPackage(base + ".connect..")
        .should()
        .dependOnClassesThat(
            resideInAPackage(base + "..")
                .and(resideOutsideOfPackages(base + ".api..", base + ".connect..")))
        .because("a service that uses it is compiled against the api alone")
        .allowEmptyShould(true);
  }

  ArchRule onlyExamplesSeeConnect() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(base + ".connect..", base + ".example..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(base + ".connect..")
        .because("a node brings no drivers of databases and brokers along")
        .allowEmptyShould(true);
  }

  /** The guard is used without the rest; only what reads its files needs a library. */
  ArchRule guardStandsAlone() {
    return classes()
        .that()
        .resideInAPackage(base + ".guard..")
        .and()
        .resideOutsideOfPackage(base + ".guard.config")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "javax.sql..", "org.jspecify..", base + ".guard..")
        .because("any Java program can use the guard, with nothing else")
        .allowEmptyShould(true);
  }

  ArchRule packagesHaveNoCycles() {
    return slices()
        .assignedFrom(new EachPackage(base))
        .should()
        .beFreeOfCycles()
        .because("packages of a module are read in one direction, that of a request")
        .allowEmptyShould(true);
  }

  ArchRule packagesAreNamedForWhatTheyDo() {
    return noClasses()
        .should()
        .resideInAnyPackage(SAYS_NOTHING)
        .because("a package is a feature; such a name says nothing of what is in it")
        .allowEmptyShould(true);
  }

  private String[] modules(String... names) {
    return Stream.of(names).map(name -> base + "." + name + "..").toArray(String[]::new);
  }

  private record EachPackage(String base) implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String name = type.getPackageName();
      return name.startsWith(base + ".") ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages under " + base;
    }
  }
}
