package dev.perdure.cli;

import dev.perdure.cli.terminal.Output;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.record.StoredFormats;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code version}: of Perdure, the JDK, the libraries and the stored formats. */
@Command(
    name = "version",
    description = "Print the versions of Perdure, the JDK, the libraries and the stored formats.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  perdure version --output json"})
final class VersionCommand implements Runnable {

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  /** What is printed. */
  record Report(
      String perdure,
      String build,
      String levels,
      String java,
      String vm,
      String system,
      Map<String, String> libraries,
      Map<String, Integer> formats) {}

  @Override
  public void run() {
    Report report =
        new Report(
            Versions.perdure(),
            Build.THIS.version(),
            Build.THIS.oldest() + " to " + Build.THIS.newest(),
            System.getProperty("java.version", "") + " (" + System.getProperty("java.vendor") + ")",
            System.getProperty("java.vm.name", "") + " " + System.getProperty("java.vm.version"),
            System.getProperty("os.name") + " " + System.getProperty("os.arch"),
            Versions.libraries(),
            formats());
    if (output == Output.JSON) {
      System.out.println(Output.json(report));
      return;
    }
    line("Perdure", report.perdure());
    line("Build", report.build());
    line("Levels", report.levels());
    line("Java", report.java());
    line("Virtual machine", report.vm());
    line("System", report.system());
    report.libraries().forEach(VersionCommand::line);
    report.formats().forEach((name, format) -> line("Format: " + name, format.toString()));
  }

  private static Map<String, Integer> formats() {
    Map<String, Integer> formats = new LinkedHashMap<>();
    formats.put("data directory", DataDirectory.FORMAT);
    formats.putAll(StoredFormats.all());
    return formats;
  }

  private static void line(String name, String value) {
    System.out.printf("%-26s %s%n", name, value);
  }
}
