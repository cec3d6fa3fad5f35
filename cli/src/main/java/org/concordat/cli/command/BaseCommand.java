package org.concordat.cli.command;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What every command has: a terminal, and an exit code at the end. */
abstract class BaseCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public final Integer call() throws Exception {
    CommandSpec self = Objects.requireNonNull(spec);
    Concordat root = (Concordat) self.root().userObject();
    return run(new Terminal(
            self.commandLine().getOut(), self.commandLine().getErr(), root.output()))
        .code();
  }

  /**
   * Does the work; what it throws becomes an exit code in {@link org.concordat.cli.text.Failures}.
   */
  abstract ExitCode run(Terminal terminal) throws Exception;
}
