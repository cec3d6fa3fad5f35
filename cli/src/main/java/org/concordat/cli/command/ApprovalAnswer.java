package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.Request;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.protocol.v1.Approval;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Signs an approver's answer and puts it into the agent's inbox; then looks whether the agent takes
 * it, which it does within a second if it runs.
 */
abstract class ApprovalAnswer extends BaseCommand {
  private static final long PATIENCE_MILLIS = 3_000;
  private static final long PAUSE_MILLIS = 100;

  @Mixin private ApprovalInbox inbox = new ApprovalInbox();

  @Parameters(paramLabel = "REQUEST", description = "The request's id, or its job.")
  private String wanted = "";

  @Option(
      names = "--as",
      paramLabel = "HOME",
      description = "The approver's own directory, with its keys (default: the agent's).")
  private @Nullable Path approver;

  @Option(names = "--comment", paramLabel = "TEXT", description = "Why; it goes into the log.")
  private String comment = "";

  abstract boolean accepted();

  @Override
  ExitCode run(Terminal terminal) throws IOException, InterruptedException {
    Request request = inbox.find(wanted);
    requireOpen(request);
    Path home = approver == null ? inbox.agent().home() : approver;
    Approval answer = Inbox.approval(request, accepted(), comment, Clock.systemUTC().instant());
    ApproverSeal signer = ApproverSeal.of(home, inbox.agent());
    signer.requireApprover();
    inbox.open().answer(request, signer.seal(Inbox.APPROVAL_TYPE, answer.toByteArray()));
    return report(terminal, request);
  }

  private static void requireOpen(Request request) {
    if (!request.isOpen()) {
      throw new Failure(
          ExitCode.CONFLICT,
          "request " + request.id() + " is " + ApprovalInbox.words(request) + " already",
          "a request is answered once; to ask again, submit the job under another name");
    }
  }

  private ExitCode report(Terminal terminal, Request asked) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    Request now = asked;
    while (System.nanoTime() < end && now.equals(asked)) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      now = inbox.open().find(asked.id()).orElse(asked);
    }
    if (now.isOpen() && now.refusedAnswers().size() > asked.refusedAnswers().size()) {
      throw new Failure(
          ExitCode.DENIED,
          "the agent did not take the answer: "
              + now.refusedAnswers().get(now.refusedAnswers().size() - 1),
          "the request stays open");
    }
    terminal.value(ApprovalInbox.json(now).put("answered", true).put("taken", !now.isOpen()));
    terminal.line(
        now.isOpen()
            ? "Signed and put into the inbox; the agent takes it once it runs."
            : "The agent has taken it: the request is " + ApprovalInbox.words(now) + ".");
    return ExitCode.OK;
  }
}
