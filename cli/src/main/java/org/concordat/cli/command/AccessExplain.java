package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.Role;
import org.concordat.certs.RosterEntry;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientConfig;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.AccessRule;
import org.concordat.iam.AccessTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat access explain}. */
@Command(
    name = "explain",
    description = {
      "Say who may make a call, by which rule, and who could grant it; without a connection.",
      "Without --call: the whole table. Exit code 4: what was asked about may not."
    },
    footer = {
      "",
      "Examples:",
      "  concordat access explain",
      "  concordat access explain --role auditor --call SubmitJob",
      "  concordat access explain --call abort-job --as lyon --genesis genesis.json"
    })
final class AccessExplain extends BaseCommand {
  @Option(names = "--role", paramLabel = "ROLE", description = "Ask about this role.")
  private @Nullable String role;

  @Option(
      names = "--call",
      paramLabel = "CALL",
      description = "A call, such as SubmitJob, or a rule, such as submit-job.")
  private @Nullable String call;

  @Option(
      names = "--as",
      paramLabel = "ID",
      description = "Ask about the roles of this participant in the genesis.")
  private @Nullable String name;

  @Option(names = "--genesis", paramLabel = "FILE", description = "The genesis, for --as.")
  private @Nullable Path genesis;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Ask about yourself: a client.yaml, or your agent.yaml.")
  private @Nullable Path config;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Set<Role> asked = asked();
    List<AccessRule> rules = call == null ? AccessTable.rules() : List.of(rule(call));
    ArrayNode json = Terminal.array();
    rules.forEach(rule -> json.add(json(rule, asked)));
    ObjectNode whole = Terminal.object();
    whole.set("rules", json);
    terminal.value(whole);
    if (call == null) {
      table(terminal, rules, asked);
      return ExitCode.OK;
    }
    print(terminal, rules.get(0), asked);
    return asked.isEmpty() || able(rules.get(0), asked).isPresent() ? ExitCode.OK : ExitCode.DENIED;
  }

  private Set<Role> asked() throws IOException {
    Set<Role> asked = EnumSet.noneOf(Role.class);
    if (role != null) {
      asked.add(Role.of(role));
    }
    if (config != null) {
      asked.addAll(roles(ClientConfig.read(config)));
    } else if (name != null && genesis != null) {
      asked.addAll(roles(new MemberId(name), genesis));
    } else if (name != null || genesis != null) {
      throw new Failure(
          ExitCode.USAGE, "--as and --genesis go together", "give both, or --config client.yaml");
    }
    return asked;
  }

  /** The roles in which somebody acts, as their own files say. */
  static Set<Role> roles(ClientConfig config) throws IOException {
    if (config.role() != null) {
      return EnumSet.of(config.role());
    }
    Path request = config.home().resolve(Client.REQUEST_FILE);
    return Files.exists(request)
        ? MemberRequest.parse(Files.readAllBytes(request)).profile().roles()
        : roles(config.name(), config.genesis());
  }

  private static Set<Role> roles(MemberId member, Path genesis) {
    return Genesis.load(genesis)
        .roster()
        .find(member)
        .map(RosterEntry::roles)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.NOT_FOUND,
                    genesis + " lists no '" + member + "'",
                    "a later member asks with --config client.yaml, or with --role"));
  }

  private static AccessRule rule(String call) {
    String wanted = call.toLowerCase(Locale.ROOT);
    return AccessTable.rules().stream()
        .filter(
            rule ->
                rule.name().equals(wanted)
                    || rule.calls().stream()
                        .map(full -> full.toLowerCase(Locale.ROOT))
                        .anyMatch(
                            full ->
                                full.equals(wanted)
                                    || full.endsWith("/" + wanted)
                                    || full.endsWith("." + wanted)))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.NOT_FOUND,
                    "no rule names the call '" + call + "': nobody may make it",
                    "'access explain' lists all rules, and with --output json all calls"));
  }

  private static Optional<Role> able(AccessRule rule, Set<Role> asked) {
    return asked.stream().filter(rule.roles()::contains).findFirst();
  }

  private static ObjectNode json(AccessRule rule, Set<Role> asked) {
    ObjectNode json =
        Terminal.object()
            .put("rule", rule.name())
            .put("may", rule.permission().inWords())
            .put("quorum", rule.quorum())
            .put("grantedBy", AccessTable.GRANTED_BY);
    ArrayNode certificates = json.putArray("certificates");
    rule.roles().stream().sorted().map(Role::wireName).forEach(certificates::add);
    ArrayNode people = json.putArray("people");
    rule.people().stream().sorted().map(Role::wireName).forEach(people::add);
    ArrayNode calls = json.putArray("calls");
    rule.calls().forEach(calls::add);
    if (!asked.isEmpty()) {
      ArrayNode roles = json.putArray("asked");
      asked.stream().map(Role::wireName).forEach(roles::add);
      json.put("allowed", able(rule, asked).isPresent());
      able(rule, asked).ifPresent(as -> json.put("as", as.wireName()));
    }
    return json;
  }

  private static void print(Terminal terminal, AccessRule rule, Set<Role> asked) {
    terminal.line("Rule          " + rule.name() + ": " + rule.permission().inWords());
    terminal.line("Calls         " + calls(rule));
    terminal.line("Needs         " + rule.needs());
    terminal.line("Certificates  " + names(rule.roles()));
    terminal.line("People        " + names(rule.people()));
    terminal.line("Granted by    " + AccessTable.GRANTED_BY);
    if (!asked.isEmpty()) {
      terminal.line("");
      terminal.line(
          able(rule, asked)
              .map(as -> "The role " + as.wireName() + " may.")
              .orElse("The role " + AccessRule.names(asked, " or ") + " may not."));
    }
  }

  private static void table(Terminal terminal, List<AccessRule> rules, Set<Role> asked) {
    Table table = new Table("RULE", "MAY", "NEEDS", asked.isEmpty() ? "" : "ASKED");
    for (AccessRule rule : rules) {
      String answer = able(rule, asked).map(as -> "as " + as.wireName()).orElse("no");
      table.row(
          rule.name(),
          rule.permission().inWords(),
          rule.needs().replace("the role ", ""),
          asked.isEmpty() ? "" : answer);
    }
    table.print(terminal);
  }

  private static String calls(AccessRule rule) {
    return rule.calls().isEmpty()
        ? "none: signed files do it"
        : rule.calls().stream()
            .map(full -> full.substring(full.lastIndexOf('.') + 1))
            .collect(Collectors.joining(", "));
  }

  private static String names(Set<Role> roles) {
    return roles.isEmpty() ? "none" : AccessRule.names(roles, ", ");
  }
}
