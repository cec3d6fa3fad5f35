package org.concordat.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.Request;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.cli.text.Texts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The inbox of one agent, which need not run. */
final class ApprovalInbox {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String VARIABLE = "CONCORDAT_CONFIG";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The agent's configuration, YAML (default: the variable CONCORDAT_CONFIG).")
  private @Nullable Path config;

  private @Nullable AgentConfig read;

  AgentConfig agent() {
    AgentConfig known = read;
    if (known == null) {
      known = AgentConfig.read(file());
      read = known;
    }
    return known;
  }

  Inbox open() {
    return Inbox.open(agent().home());
  }

  /** A request by its id or its job. */
  Request find(String idOrJob) {
    return open()
        .find(idOrJob)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.NOT_FOUND,
                    "no request '" + idOrJob + "' is in the inbox of '" + agent().name() + "'",
                    "'concordat approval list' shows those that are"));
  }

  static ObjectNode json(Request request) {
    return MAPPER.valueToTree(request);
  }

  /** Everything that a person should know before answering. */
  static void print(Terminal terminal, Request request) {
    terminal.line("Request   " + request.id() + ", " + words(request));
    terminal.line("Job       " + request.job() + title(request));
    terminal.line("Purpose   " + request.purpose());
    terminal.line(
        "Rounds    " + request.rounds() + " of training, and one that evaluates the model");
    terminal.line("Members   " + Texts.list(request.members()));
    terminal.line("Data set  " + request.dataSet() + ", SHA-256 " + request.dataSetDigest());
    terminal.line("Signed    job file with SHA-256 " + request.specDigest());
    terminal.line("Asked     " + request.created() + ", by the agent of " + request.site());
    terminal.line("");
    terminal.line("Why a person is asked:");
    request.reasons().forEach(reason -> terminal.line("  - " + reason));
    if (!request.refusedAnswers().isEmpty()) {
      terminal.line("");
      terminal.line("Answers that did not count:");
      request.refusedAnswers().forEach(wrong -> terminal.line("  - " + wrong));
    }
  }

  private static String title(Request request) {
    return request.title().isEmpty() ? "" : ": " + request.title();
  }

  /** Its state as a person would say it. */
  static String words(Request request) {
    String who = request.decidedBy().isEmpty() ? "" : " by " + request.decidedBy();
    String why = request.comment().isEmpty() ? "" : " (" + request.comment() + ")";
    return switch (request.state()) {
      case OPEN -> "open";
      case ACCEPTED -> "accepted" + who + why;
      case REJECTED -> "rejected" + who + why;
      case WITHDRAWN -> "withdrawn" + why;
    };
  }

  private Path file() {
    if (config != null) {
      return config;
    }
    String variable = System.getenv(VARIABLE);
    if (variable == null || variable.isBlank()) {
      throw new Failure(
          ExitCode.USAGE,
          "it is not said whose inbox: --config is missing",
          "give --config agent.yaml, or set " + VARIABLE);
    }
    return Path.of(variable);
  }
}
