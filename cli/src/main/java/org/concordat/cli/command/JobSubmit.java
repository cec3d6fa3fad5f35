package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.JobFile;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.JobReply;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.MemberDecision;
import org.concordat.protocol.v1.SubmitJobReply;
import org.concordat.protocol.v1.SubmitJobRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat job submit}. */
@Command(
    name = "submit",
    description = {
      "Submit a job, signed with your identity key; the alliance's policy is evaluated for every member.",
      "The same file again is the same job."
    },
    footer = {
      "",
      "Example:",
      "  concordat job submit examples/jobs/breast-cancer.yaml --config client.yaml --watch"
    })
final class JobSubmit extends BaseCommand {
  private static final String SPEC_TYPE = "job.spec";

  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "FILE", description = "The job, YAML.")
  private Path file = Path.of("");

  @Option(
      names = "--dry-run",
      description = "Evaluate and explain only; nothing is proposed to anybody.")
  private boolean dryRun;

  @Option(names = "--watch", description = "Stay and show the rounds until the job has ended.")
  private boolean watch;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    JobSpec spec = JobFile.read(file);
    try (Client connected =
        Client.connect(client.resolve(), Permission.SUBMIT_JOB, Clock.systemUTC())) {
      SubmitJobReply reply =
          connected
              .call()
              .submitJob(
                  SubmitJobRequest.newBuilder()
                      .setSealedSpec(
                          ByteString.copyFrom(connected.seal(SPEC_TYPE, spec.toByteArray())))
                      .setDryRun(dryRun)
                      .build());
      ObjectNode json = json(reply);
      terminal.value(json);
      print(terminal, reply, json);
      if (!reply.getAccepted()) {
        terminal.note(
            "concordat: job '" + reply.getJob() + "' was not accepted: " + reply.getReason());
        return ExitCode.DENIED;
      }
      if (watch && !dryRun) {
        return new JobWatcher(terminal, connected).watch(reply.getJob());
      }
      return reply.getExisted() && !dryRun ? before(terminal, connected, spec) : ExitCode.OK;
    }
  }

  /** What became of a job that was submitted before. */
  private static ExitCode before(Terminal terminal, Client connected, JobSpec spec) {
    for (JobSummary job :
        connected.call().listJobs(ListJobsRequest.getDefaultInstance()).getJobsList()) {
      if (job.getJob().equals(spec.getJob()) && job.getState().equals("FAILED")) {
        terminal.line("It has FAILED: " + job.getReason());
        JobWatcher.refusals(job).forEach(terminal::line);
        terminal.note("concordat: job '" + job.getJob() + "' was submitted before and has failed");
        terminal.note("Next: to run it again, give it another name ('job:' in the file).");
        return ExitCode.JOB_FAILED;
      }
    }
    terminal.line("Next: concordat job watch " + spec.getJob());
    return ExitCode.OK;
  }

  private void print(Terminal terminal, SubmitJobReply reply, ObjectNode json) {
    JobReply.lines(json).forEach(terminal::line);
    if (reply.getAccepted()) {
      terminal.line("");
      String how =
          dryRun
              ? "would be accepted; nothing was proposed (dry run)"
              : reply.getExisted() ? "was submitted before" : "accepted";
      terminal.line("Job '" + reply.getJob() + "' " + how + ".");
      if (!dryRun && !watch && !reply.getExisted()) {
        terminal.line("Next: concordat job watch " + reply.getJob());
      }
    }
  }

  private ObjectNode json(SubmitJobReply reply) {
    ObjectNode json =
        Terminal.object()
            .put("job", reply.getJob())
            .put("accepted", reply.getAccepted())
            .put("dryRun", dryRun)
            .put("existed", reply.getExisted())
            .put("reason", reply.getReason())
            .put("guarantee", reply.getGuarantee())
            .put("wireBits", reply.getWireBits())
            .put("relativeError", reply.getRelativeError())
            .put("quantisationStep", reply.getQuantisationStep());
    reply.getNotesList().forEach(json.putArray("notes")::add);
    ArrayNode decisions = json.putArray("decisions");
    for (MemberDecision decision : reply.getDecisionsList()) {
      decisions
          .addObject()
          .put("member", decision.getMember())
          .put("allowed", decision.getAllowed())
          .put("explanation", decision.getExplanation());
    }
    return json;
  }
}
