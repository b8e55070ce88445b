package dev.perdure.tidy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The architecture's rules over the classes of all modules, and over planted ones that break them.
 */
class ArchTest {
  private static final Architecture RULES = new Architecture("dev.perdure");
  private static final Architecture ON_PLANTED = new Architecture("dev.perdure.tidy.planted");

  private static JavaClasses product;
  private static JavaClasses planted;

  @BeforeAll
  static void read() {
    product =
        new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("dev.perdure");
    planted = new ClassFileImporter().importPackages(ON_PLANTED.base());
  }

  @Test
  void seesTheModules() {
    assertThat(product.containPackage("dev.perdure.api")).isTrue();
    assertThat(product.containPackage("dev.perdure.journal")).isTrue();
    assertThat(product.containPackage("dev.perdure.client")).isTrue();
    assertThat(product.containPackage("dev.perdure.guard")).isTrue();
    assertThat(product.containPackage("dev.perdure.connect.postgres")).isTrue();
  }

  @Test
  void productionNeverSeesWhatProvesIt() {
    RULES.productionNeverSeesWhatProvesIt().check(product);
    assertBroken(ON_PLANTED.productionNeverSeesWhatProvesIt(), "SeesTheLab");
  }

  @Test
  void apiSeesOnlyTheJdk() {
    RULES.seesOnlyTheJdk("api").check(product);
    assertBroken(ON_PLANTED.seesOnlyTheJdk("api"), "SeesTheRuntime");
  }

  @Test
  void kernelSeesOnlyTheJdk() {
    RULES.seesOnlyTheJdk("kernel").check(product);
    assertBroken(ON_PLANTED.seesOnlyTheJdk("kernel"), "SeesALibrary");
  }

  @Test
  void clientSeesNothingOfANode() {
    RULES.clientSeesNothingOfANode().check(product);
    assertBroken(ON_PLANTED.clientSeesNothingOfANode(), "SeesANode");
  }

  @Test
  void connectSeesOnlyTheApi() {
    RULES.connectSeesOnlyTheApi().check(product);
    assertBroken(ON_PLANTED.connectSeesOnlyTheApi(), "SeesTheNode");
  }

  @Test
  void onlyExamplesSeeConnect() {
    RULES.onlyExamplesSeeConnect().check(product);
    assertBroken(ON_PLANTED.onlyExamplesSeeConnect(), "SeesConnect");
  }

  @Test
  void guardStandsAlone() {
    RULES.guardStandsAlone().check(product);
    assertBroken(ON_PLANTED.guardStandsAlone(), "SeesTheKernel");
  }

  @Test
  void packagesHaveNoCycles() {
    RULES.packagesHaveNoCycles().check(product);
    assertBroken(ON_PLANTED.packagesHaveNoCycles(), "planted.runtime.back");
  }

  @Test
  void packagesAreNamedForWhatTheyDo() {
    RULES.packagesAreNamedForWhatTheyDo().check(product);
    assertBroken(ON_PLANTED.packagesAreNamedForWhatTheyDo(), "planted.util");
  }

  @Test
  void rulesLetTheInnocentPass() {
    JavaClasses innocent =
        new ClassFileImporter().importClasses(dev.perdure.tidy.planted.lab.Experiment.class);
    assertThatCode(() -> ON_PLANTED.productionNeverSeesWhatProvesIt().check(innocent))
        .doesNotThrowAnyException();
    assertThatCode(() -> ON_PLANTED.packagesAreNamedForWhatTheyDo().check(innocent))
        .doesNotThrowAnyException();
  }

  private static void assertBroken(ArchRule rule, String culprit) {
    assertThatThrownBy(() -> rule.check(planted))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(culprit);
  }
}
