package dev.perdure.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plants a violation of every rule and sees that it is found: the checkers can fail. */
class CheckersTest {
  private static final String PRODUCTION = "runtime/src/main/java/dev/perdure/runtime/A.java";
  private static final String TEST = "runtime/src/test/java/dev/perdure/runtime/ATest.java";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "System.currentTimeMillis()",
        "System.nanoTime()",
        "java.lang.System.nanoTime()",
        "(java.util.function.LongSupplier) System::nanoTime",
        "java.time.Instant.now()",
        "java.time.LocalDate.now()",
        "java.time.Clock.systemUTC()",
        "new java.util.Date()",
        "new Random()",
        "(java.util.function.Supplier<Random>) Random::new",
        "new java.security.SecureRandom()",
        "Math.random()",
        "UUID.randomUUID()",
        "java.util.concurrent.ThreadLocalRandom.current()",
        "System.out",
        "System.err",
      })
  void findsABannedUseInProductionCode(String use) {
    assertThat(bans(PRODUCTION, "class A { Object o = " + use + "; }")).hasSize(1);
  }

  @Test
  void findsStaticImports() {
    String text = "import static java.lang.System.nanoTime; class A { long t = nanoTime(); }";
    assertThat(bans(PRODUCTION, text)).singleElement().asString().contains("kernel.Clock");
  }

  @Test
  void findsSleepInProductionAndTests() {
    String text = "class A { void m() throws Exception { Thread.sleep(1); } }";
    assertThat(bans(PRODUCTION, text)).hasSize(1);
    assertThat(bans(TEST, text)).singleElement().asString().contains("deadline");
    String unit = "class A { void m() throws Exception { TimeUnit.SECONDS.sleep(1); } }";
    assertThat(bans(TEST, unit)).hasSize(1);
  }

  @Test
  void findsSkippedTests() {
    assertThat(bans(TEST, "class A { @Disabled(\"flaky\") void m() {} }")).hasSize(1);
  }

  @Test
  void findsAServiceWhoseFormsNobodyTries() {
    SourceFile service =
        new SourceFile(
            "examples/some/src/main/java/a/SomeService.java",
            "class SomeService { @Override public List<Capability> capabilities() {} }");
    SourceFile other =
        new SourceFile(
            "cli/src/test/java/a/OtherTest.java",
            "class A { Object o = DegradedForms.of(new OtherService(), f); SomeService s; }");
    SourceFile trying =
        new SourceFile(
            "cli/src/test/java/a/SomeTest.java",
            "class A { Object o = DegradedForms.of(\n new SomeService(1), folder, door); }");
    assertThat(Forms.check(List.of(service, other)))
        .singleElement()
        .asString()
        .contains("SomeService");
    assertThat(Forms.check(List.of(service, other, trying))).isEmpty();
  }

  @Test
  void namesThePlace() {
    String text = "class A {\n\n  long t = System.nanoTime();\n}\n";
    assertThat(bans(PRODUCTION, text)).singleElement().asString().startsWith(PRODUCTION + ":3: ");
  }

  @Test
  void letsSeededRandomnessTheKernelsClockAndTextPass() {
    String text =
        "class A { Object r = new Random(7); Object c = Clock.system();"
            + " String s = \"System.nanoTime()\"; /* Thread.sleep(1) */ }";
    assertThat(bans(PRODUCTION, text)).isEmpty();
  }

  @Test
  void opensDoorsOnlyWhereTheyAre() {
    String text = "enum A { B; long t = System.nanoTime(); Object r = new Random(); }";
    String door = "kernel/src/main/java/dev/perdure/kernel/SystemClock.java";
    assertThat(bans(door, text)).singleElement().asString().contains("Random");
    assertThat(bans("cli/src/main/java/A.java", "class A { Object o = System.out; }")).isEmpty();
    assertThat(bans("lab/src/main/java/A.java", text)).singleElement().asString().contains("seed");
    assertThat(bans("bench/src/main/java/A.java", text)).isEmpty();
  }

  @Test
  void findsLongFiles() {
    String lines500 = "class A {}\n" + "//\n".repeat(499);
    assertThat(sizes(PRODUCTION, lines500)).isEmpty();
    assertThat(sizes(PRODUCTION, lines500 + "//\n")).hasSize(1);
    assertThat(sizes(TEST, lines500 + "//\n".repeat(300))).isEmpty();
    assertThat(sizes(TEST, lines500 + "//\n".repeat(301))).hasSize(1);
    assertThat(sizes("lab/src/main/java/A.java", lines500 + "//\n")).isEmpty();
  }

  @Test
  void findsLongMethodsAndNotTheirJavadoc() {
    String lines70 = "/**\n * Long.\n */\nvoid m() {\n" + "x();\n".repeat(68) + "}\n";
    assertThat(sizes(PRODUCTION, "class A {\n" + lines70 + "}\n")).isEmpty();
    String lines71 = "void m() {\n" + "x();\n".repeat(69) + "}\n";
    assertThat(sizes(PRODUCTION, "class A {\n" + lines71 + "}\n"))
        .singleElement()
        .asString()
        .contains("method m has 71 lines");
  }

  @Test
  void findsLongMethodsOfNestedAndAnonymousClassesAndInitializers() {
    String body = "{\n" + "x();\n".repeat(69) + "}\n";
    assertThat(sizes(PRODUCTION, "class A { class B { B() " + body + "} }")).hasSize(1);
    assertThat(sizes(PRODUCTION, "class A { Object o = new B() { void m() " + body + "}; }"))
        .hasSize(1);
    assertThat(sizes(PRODUCTION, "class A { static " + body + "}")).hasSize(1);
    assertThat(sizes(PRODUCTION, "class A { Runnable r = () -> " + body + "; }")).hasSize(1);
  }

  @Test
  void findsLongParameterLists() {
    String five = "(int a, int b, int c, int d, int e)";
    assertThat(sizes(PRODUCTION, "class A { void m" + five + " {} }")).hasSize(1);
    assertThat(sizes(PRODUCTION, "class A { A" + five + " {} }")).hasSize(1);
    assertThat(sizes(PRODUCTION, "interface A { void m" + five + "; }")).hasSize(1);
    assertThat(sizes(PRODUCTION, "class A { @Override public void m" + five + " {} }")).isEmpty();
    assertThat(sizes(PRODUCTION, "class A { void m(int a, int b, int c, int d) {} }")).isEmpty();
  }

  @Test
  void letsARecordHaveItsHeader() {
    String five = "(int a, int b, int c, int d, int e)";
    assertThat(sizes(PRODUCTION, "record A" + five + " { static int F = 1; A {} }")).isEmpty();
    String canonical = "{ this.a = a; this.b = b; this.c = c; this.d = d; this.e = e; }";
    assertThat(sizes(PRODUCTION, "record A" + five + " { A" + five + canonical + " }")).isEmpty();
    assertThat(sizes(PRODUCTION, "record A(int a) { A" + five + " { this(a); } }")).hasSize(1);
    assertThat(sizes(PRODUCTION, "record A(int a) { void m" + five + " {} }")).hasSize(1);
  }

  @Test
  void findsUnfinishedWorkAndMachinePaths() {
    assertThat(text("// FIX" + "ME later")).hasSize(1);
    assertThat(text("// TO" + "DO later")).hasSize(1);
    assertThat(text("String p = \"/ho" + "me/ann/data\";")).hasSize(1);
    assertThat(text("See /wo" + "rk/main.")).hasSize(1);
    assertThat(text("String p = home + \"/.jdks\"; String q = \"net/work/x\";")).isEmpty();
  }

  @Test
  void findsPackagesWithoutAWord() {
    SourceFile lonely = new SourceFile("runtime/src/main/java/dev/perdure/runtime/A.java", "");
    assertThat(Hygiene.checkPackages(List.of(lonely))).hasSize(1);
    String said = "/** What for. */\n@NullMarked\npackage dev.perdure.runtime;\n";
    SourceFile info =
        new SourceFile("runtime/src/main/java/dev/perdure/runtime/package-info.java", said);
    assertThat(Hygiene.checkPackages(List.of(lonely, info))).isEmpty();
    SourceFile silent = new SourceFile(info.path(), "package dev.perdure.runtime;\n");
    assertThat(Hygiene.checkPackages(List.of(lonely, silent))).hasSize(2);
  }

  private static List<Finding> bans(String path, String text) {
    return Bans.check(parse(path, text));
  }

  private static List<Finding> sizes(String path, String text) {
    return Sizes.check(parse(path, text));
  }

  private static List<Finding> text(String line) {
    return Hygiene.checkText(new SourceFile(PRODUCTION, line));
  }

  private static ParsedFile parse(String path, String text) {
    return ParsedFile.parse(List.of(new SourceFile(path, text))).getFirst();
  }
}
