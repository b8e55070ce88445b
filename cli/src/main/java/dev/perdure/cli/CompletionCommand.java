package dev.perdure.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: a script that completes commands and options. */
@Command(
    name = "completion",
    description = "Print a script that lets a shell complete commands and options.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  source <(perdure completion bash)",
      "  perdure completion zsh > ~/.perdure-completion && echo 'source ~/.perdure-completion'"
          + " >> ~/.zshrc"
    })
final class CompletionCommand implements Runnable {

  /** Shells that are known. */
  enum Shell {
    BASH,
    ZSH
  }

  @Parameters(paramLabel = "bash|zsh", description = "The shell.")
  private Shell shell = Shell.BASH;

  @Override
  public void run() {
    if (shell == Shell.ZSH) {
      System.out.println("autoload -U +X compinit && compinit");
      System.out.println("autoload -U +X bashcompinit && bashcompinit");
    }
    System.out.println(AutoComplete.bash("perdure", Commands.commandLine()));
  }
}
