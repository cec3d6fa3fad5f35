package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.approval.Inbox;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.protocol.v1.Approval;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat approval withdraw}. */
@Command(
    name = "withdraw",
    description = {
      "Take this site's consent to a running job back.",
      "From now on it trains, uploads and reveals nothing for the job. It is signed, logged by the",
      "alliance, and final; no network is needed.",
      "What was sent before stays sent. The agent's own key is enough, or that of an approver."
    },
    footer = {
      "",
      "Example:",
      "  concordat approval withdraw breast-cancer --config agent.yaml \\",
      "      --comment 'a patient has objected'"
    })
final class ApprovalWithdraw extends BaseCommand {
  private static final long PATIENCE_MILLIS = 3_000;
  private static final long PAUSE_MILLIS = 100;

  @Mixin private ApprovalInbox inbox = new ApprovalInbox();

  @Parameters(paramLabel = "JOB", description = "The job.")
  private String job = "";

  @Option(
      names = "--as",
      paramLabel = "HOME",
      description = "An approver's own directory, with its keys (default: the agent's).")
  private @Nullable Path approver;

  @Option(names = "--comment", paramLabel = "TEXT", description = "Why; it goes into the log.")
  private String comment = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException, InterruptedException {
    AgentConfig agent = inbox.agent();
    ApproverSeal signer = ApproverSeal.of(approver == null ? agent.home() : approver, agent);
    if (!signer.signer().value().equals(agent.name())) {
      signer.requireApprover();
    }
    Approval withdrawal = Inbox.withdrawal(agent.name(), job, comment, Clock.systemUTC().instant());
    Inbox open = inbox.open();
    open.withdraw(job, signer.seal(Inbox.WITHDRAWAL_TYPE, withdrawal.toByteArray()));
    return report(terminal, open);
  }

  /** Whether the agent has taken it, which it does within a second if it runs. */
  private ExitCode report(Terminal terminal, Inbox open) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (open.waits(job) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    boolean taken = !open.waits(job);
    if (taken && open.wasSetAside(job)) {
      throw new Failure(
          ExitCode.DENIED,
          "the agent did not take the withdrawal of '" + job + "'",
          "check the job's name: 'concordat job list' has it; the agent's log says why");
    }
    terminal.value(Terminal.object().put("job", job).put("withdrawn", true).put("taken", taken));
    terminal.line(
        taken
            ? "The agent has taken it: this site does nothing more for '" + job + "'."
            : "Signed and put into the inbox; the agent takes it before anything else once it runs.");
    return ExitCode.OK;
  }
}
