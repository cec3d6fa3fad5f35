package org.concordat.iam;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.Sha256;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.RegionGatewayGrpc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessTableTest {
  private static final String BEGIN = "<!-- access table: generated -->\n";
  private static final String END = "<!-- end -->";
  private static final MemberId LYON = new MemberId("lyon");
  private static final Jurisdiction EU = new Jurisdiction("eu");
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final String SUBMIT = OperationsGrpc.getSubmitJobMethod().getFullMethodName();
  private static final String ABORT = OperationsGrpc.getAbortJobMethod().getFullMethodName();
  private static final String SESSION = AgentGatewayGrpc.getSessionMethod().getFullMethodName();

  /** The whole table again, by permission, so that a change must be made twice and on purpose. */
  private static final Map<Permission, Set<Role>> EXPECTED =
      Map.ofEntries(
          Map.entry(Permission.AGENT_SESSION, EnumSet.of(Role.AGENT)),
          Map.entry(Permission.UPLOAD, EnumSet.of(Role.AGENT, Role.AGGREGATOR)),
          Map.entry(Permission.AGGREGATE_REGION, EnumSet.of(Role.AGGREGATOR)),
          Map.entry(Permission.WITNESS, EnumSet.of(Role.AGENT)),
          Map.entry(Permission.SUBMIT_JOB, EnumSet.of(Role.OPERATOR)),
          Map.entry(Permission.ABORT_JOB, EnumSet.of(Role.OPERATOR)),
          Map.entry(Permission.READ_STATUS, EnumSet.allOf(Role.class)),
          Map.entry(Permission.READ_MODELS, EnumSet.of(Role.AGENT, Role.OPERATOR)),
          Map.entry(Permission.INVITE_MEMBER, EnumSet.of(Role.MEMBER_ADMIN)),
          Map.entry(Permission.APPROVE_MEMBER, EnumSet.of(Role.AGENT, Role.APPROVER)),
          Map.entry(Permission.REMOVE_MEMBER, EnumSet.of(Role.AGENT, Role.MEMBER_ADMIN)),
          Map.entry(Permission.SUSPEND_MEMBER, EnumSet.of(Role.AGENT, Role.MEMBER_ADMIN)),
          Map.entry(Permission.CHANGE_ROOTS, EnumSet.of(Role.AGENT, Role.MEMBER_ADMIN)),
          Map.entry(Permission.EXIT_MEMBER, EnumSet.allOf(Role.class)),
          Map.entry(Permission.CARRY_BUNDLE, EnumSet.of(Role.AGENT, Role.OPERATOR)),
          Map.entry(Permission.PUBLISH_CRL, EnumSet.allOf(Role.class)),
          Map.entry(Permission.READ_AUDIT, EnumSet.of(Role.AGENT, Role.AUDITOR)),
          Map.entry(Permission.FORGET_PERSON, EnumSet.of(Role.MEMBER_ADMIN)),
          Map.entry(Permission.CHANGE_POLICY, EnumSet.of(Role.AGENT, Role.MEMBER_ADMIN)),
          Map.entry(Permission.REPLACE_KEY, EnumSet.of(Role.AGENT, Role.MEMBER_ADMIN)));

  /** What no role does alone. */
  private static final Set<Permission> QUORUM =
      EnumSet.of(
          Permission.APPROVE_MEMBER,
          Permission.REMOVE_MEMBER,
          Permission.SUSPEND_MEMBER,
          Permission.CHANGE_ROOTS,
          Permission.CHANGE_POLICY,
          Permission.REPLACE_KEY);

  private static Caller caller(Role role) {
    return Caller.certified(LYON, role, EU, Sha256.of(new byte[] {1}), LATER);
  }

  private static Caller person(Grant... grants) {
    return new Caller(
        LYON, EU, Sha256.of(new byte[] {1}), List.of(grants), Optional.of("00ff00ff00ff00ff"));
  }

  private static Grant operator(Set<String> purposes, Set<String> jobs) {
    return new Grant(Role.OPERATOR, LYON, EU, purposes, jobs, LATER);
  }

  private static AccessDecision decide(Caller caller, String call) {
    return AccessTable.decide(caller, call, Target.NONE, NOW);
  }

  @ParameterizedTest
  @EnumSource(Permission.class)
  void everyPermissionHasExactlyItsRoles(Permission permission) {
    assertThat(AccessTable.rolesWith(permission)).isEqualTo(EXPECTED.get(permission));
    List<AccessRule> rules =
        AccessTable.rules().stream().filter(rule -> rule.permission() == permission).toList();
    assertThat(rules).hasSize(1);
    assertThat(rules.get(0).quorum()).isEqualTo(QUORUM.contains(permission));
    for (String call : rules.get(0).calls()) {
      for (Role role : Role.values()) {
        AccessDecision decision = decide(caller(role), call);
        assertThat(decision.allowed()).isEqualTo(EXPECTED.get(permission).contains(role));
        assertThat(decision.caller()).isEqualTo(caller(role));
        assertThat(decision.rule()).contains(rules.get(0));
      }
    }
  }

  /** From the services themselves: a new call without a rule fails here. */
  @Test
  void everyCallOfEachServiceHasOneRuleAndNoOtherCallHas() {
    Set<String> calls =
        Stream.of(
                AgentGatewayGrpc.getServiceDescriptor(),
                RegionGatewayGrpc.getServiceDescriptor(),
                OperationsGrpc.getServiceDescriptor())
            .map(ServiceDescriptor::getMethods)
            .flatMap(methods -> methods.stream())
            .map(MethodDescriptor::getFullMethodName)
            .collect(Collectors.toSet());
    assertThat(calls).hasSizeGreaterThan(21).allMatch(call -> AccessTable.rule(call).isPresent());
    assertThat(AccessTable.rules().stream().flatMap(rule -> rule.calls().stream()))
        .containsExactlyInAnyOrderElementsOf(calls);
  }

  @Test
  void aCallThatNoRuleNamesIsNobodys() {
    AccessDecision denied = decide(caller(Role.OPERATOR), "concordat.v1.Operations/Dance");
    assertThat(denied.allowed()).isFalse();
    assertThat(denied.rule()).isEmpty();
    assertThat(denied.explanation()).contains("nobody may call concordat.v1.Operations/Dance");
  }

  @Test
  void aDenialNamesTheRuleWhatIsMissingAndWhoCouldGrantIt() {
    assertThat(decide(caller(Role.AUDITOR), SUBMIT).explanation())
        .isEqualTo(
            "lyon as auditor (eu) may not submit a job. Rule submit-job needs the role operator."
                + " Missing: the role operator. Who could grant it: k members, by a roster that"
                + " gives lyon this role; where it has it, use a certificate for it");
    String approve = OperationsGrpc.getApproveMemberMethod().getFullMethodName();
    assertThat(decide(caller(Role.OPERATOR), approve).explanation())
        .contains("needs the role agent or approver, and signatures of k members");
    assertThat(decide(person(operator(Set.of(), Set.of())), approve).explanation())
        .contains("person 00ff00ff00ff00ff")
        .endsWith("Who could grant it: whoever keeps the identity provider of lyon");
    assertThat(decide(person(operator(Set.of(), Set.of())), SESSION).explanation())
        .endsWith("Who could grant it: nobody, to a person: agents use certificates");
  }

  @Test
  void permissionIsExplainedToo() {
    assertThat(decide(caller(Role.OPERATOR), SUBMIT).explanation())
        .isEqualTo("lyon as operator (eu) may submit a job: rule submit-job");
  }

  @Test
  void aGrantEndsByItself() {
    AccessDecision late = AccessTable.decide(caller(Role.OPERATOR), SUBMIT, Target.NONE, LATER);
    assertThat(late.allowed()).isFalse();
    assertThat(late.explanation())
        .contains("Missing: a grant in force: this one ended at " + LATER);
    assertThat(
            AccessTable.decide(caller(Role.OPERATOR), SUBMIT, Target.NONE, LATER.minusNanos(1))
                .allowed())
        .isTrue();
  }

  @Test
  void aGrantForAnotherMemberOrJurisdictionIsNone() {
    Grant rome = Grant.of(Role.OPERATOR, new MemberId("rome"), EU, LATER);
    assertThat(decide(person(rome), SUBMIT).explanation())
        .contains("Missing: a grant for lyon: this one is for rome");
    Grant us = Grant.of(Role.OPERATOR, LYON, new Jurisdiction("us"), LATER);
    assertThat(decide(person(us), SUBMIT).explanation())
        .contains("Missing: a grant for eu: this one is for us");
  }

  @Test
  void aGrantForSomeJobsOrPurposesIsForNoOther() {
    Caller jobs = person(operator(Set.of(), Set.of("a", "b")));
    assertThat(AccessTable.decide(jobs, ABORT, new Target("a", "care"), NOW).allowed()).isTrue();
    assertThat(AccessTable.decide(jobs, ABORT, new Target("c", "care"), NOW).explanation())
        .contains("Missing: job 'c' in the scope of the role operator: it is for the jobs a, b");
    assertThat(decide(jobs, ABORT).explanation())
        .contains("Missing: a job that is in the scope of the role operator");
    Caller purposes = person(operator(Set.of("research"), Set.of()));
    assertThat(AccessTable.decide(purposes, ABORT, new Target("a", "research"), NOW).allowed())
        .isTrue();
    assertThat(AccessTable.decide(purposes, ABORT, new Target("a", "care"), NOW).explanation())
        .contains("Missing: purpose 'care' among those of the role operator: it is for research");
  }

  @Test
  void oneGrantThatIsEnoughIsEnough() {
    Grant auditor = Grant.of(Role.AUDITOR, LYON, EU, LATER);
    Caller both = person(auditor, operator(Set.of(), Set.of()));
    assertThat(decide(both, SUBMIT).role()).isEqualTo("operator");
    assertThat(both.roles()).isEqualTo("auditor+operator");
    assertThat(decide(person(auditor, operator(Set.of(), Set.of("a"))), SUBMIT).explanation())
        .as("what the fitting role lacks")
        .doesNotContain("Missing: the role");
  }

  /** {@code -Daccess.write=true} writes the document's table anew. */
  @Test
  void theDocumentShowsThisTable() throws IOException {
    Path file = Path.of("../docs/access.md");
    String access = Files.readString(file);
    int begin = access.indexOf(BEGIN) + BEGIN.length();
    int end = access.indexOf(END, begin);
    if (Boolean.getBoolean("access.write")) {
      Files.writeString(file, access.substring(0, begin) + document() + access.substring(end));
    }
    String now = Files.readString(file);
    assertThat(now.substring(begin, now.indexOf(END, begin)))
        .as("docs/access.md between its markers; -Daccess.write=true writes it")
        .isEqualTo(document());
  }

  /** Who may do what, then which calls a rule is about. */
  private static String document() {
    List<String> lines = new ArrayList<>();
    lines.add("| rule | certificates | people |");
    lines.add("|---|---|---|");
    for (AccessRule rule : AccessTable.rules()) {
      String roles = AccessRule.names(rule.roles(), ", ");
      String people = AccessRule.names(rule.people(), ", ");
      lines.add(
          "| `%s` | %s | %s |"
              .formatted(
                  rule.name(),
                  who(rule, rule.roles().size() == Role.values().length ? "any role" : roles),
                  who(rule, rule.people().size() == AccessTable.PEOPLE.size() ? "all" : people)));
    }
    lines.add("");
    for (AccessRule rule : AccessTable.rules()) {
      lines.add("- `%s`, %s:".formatted(rule.name(), rule.permission().inWords()));
      if (rule.calls().isEmpty()) {
        lines.add("  no call; signed files");
      }
      for (String call : rule.calls()) {
        lines.add("  `%s`".formatted(call.substring(call.lastIndexOf('.') + 1)));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static String who(AccessRule rule, String roles) {
    if (!rule.quorum()) {
      return roles.isEmpty() ? "–" : roles;
    }
    return roles.isEmpty() ? "k members" : "k members, through " + roles;
  }
}
