package dev.perdure.cli;

import dev.perdure.example.ledger.LedgerService;
import dev.perdure.testkit.degraded.DegradedForms;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every degraded form that the ledger declares, as its declaration says. */
class LedgerFormsTest {

  @TempDir private Path folder;

  // docs: forms
  @TestFactory
  Stream<DynamicTest> degradedForms() {
    return DegradedForms.of(new LedgerService("CZK"), folder);
  }
  // docs: end
}
