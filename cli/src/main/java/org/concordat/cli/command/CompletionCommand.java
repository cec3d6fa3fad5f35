package org.concordat.cli.command;

import java.util.Objects;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code concordat completion}. */
@Command(
    name = "completion",
    description = "Print a completion script for bash.",
    footer = {"", "Example:", "  source <(concordat completion)"})
final class CompletionCommand extends BaseCommand {
  @Spec private @Nullable CommandSpec self;

  @Override
  ExitCode run(Terminal terminal) {
    String script =
        AutoComplete.bash("concordat", Objects.requireNonNull(self).root().commandLine());
    if (terminal.json()) {
      terminal.value(Terminal.object().put("script", script));
    } else {
      terminal.script(script);
    }
    return ExitCode.OK;
  }
}
