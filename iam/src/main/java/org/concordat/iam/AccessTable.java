package org.concordat.iam;

import static org.concordat.certs.Role.AGENT;
import static org.concordat.certs.Role.AGGREGATOR;
import static org.concordat.certs.Role.APPROVER;
import static org.concordat.certs.Role.AUDITOR;
import static org.concordat.certs.Role.MEMBER_ADMIN;
import static org.concordat.certs.Role.OPERATOR;

import io.grpc.MethodDescriptor;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.certs.Role;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.RegionGatewayGrpc;

/**
 * Who may do what: every call of the coordinator, and who may make it. What is not in it is denied.
 * Roles do not include one another. What only k members can do together has no role that suffices.
 * {@code docs/access.md} and {@code concordat access explain} are made from it.
 */
public final class AccessTable {
  /** What people can be; agents and coordinators are certificates, whatever a token says. */
  public static final Set<Role> PEOPLE =
      Set.copyOf(EnumSet.of(OPERATOR, APPROVER, MEMBER_ADMIN, AUDITOR));

  /** Who gives a role, in words. */
  public static final String GRANTED_BY =
      "k members, by a roster that gives the member this role; to a person also whoever keeps the"
          + " member's identity provider";

  private static final Set<Role> ANYBODY = EnumSet.allOf(Role.class);

  private static final List<AccessRule> TABLE =
      List.of(
          rule(
              Permission.AGENT_SESSION,
              EnumSet.of(AGENT),
              AgentGatewayGrpc.getSessionMethod(),
              AgentGatewayGrpc.getDownloadMethod(),
              AgentGatewayGrpc.getEvidenceMethod(),
              AgentGatewayGrpc.getLeavesMethod()),
          rule(
              Permission.UPLOAD,
              EnumSet.of(AGENT, AGGREGATOR),
              AgentGatewayGrpc.getUploadMethod(),
              AgentGatewayGrpc.getUploadStateMethod()),
          rule(
              Permission.AGGREGATE_REGION,
              EnumSet.of(AGGREGATOR),
              RegionGatewayGrpc.getRegionSessionMethod()),
          rule(Permission.WITNESS, EnumSet.of(AGENT)),
          rule(Permission.SUBMIT_JOB, EnumSet.of(OPERATOR), OperationsGrpc.getSubmitJobMethod()),
          rule(Permission.ABORT_JOB, EnumSet.of(OPERATOR), OperationsGrpc.getAbortJobMethod()),
          rule(
              Permission.READ_STATUS,
              ANYBODY,
              OperationsGrpc.getStatusMethod(),
              OperationsGrpc.getListJobsMethod(),
              OperationsGrpc.getWatchJobMethod(),
              OperationsGrpc.getListRoundsMethod(),
              OperationsGrpc.getListFactsMethod(),
              OperationsGrpc.getGetRostersMethod(),
              OperationsGrpc.getGetDocumentMethod()),
          rule(
              Permission.READ_MODELS,
              EnumSet.of(AGENT, OPERATOR),
              OperationsGrpc.getListModelsMethod(),
              OperationsGrpc.getExportModelMethod()),
          rule(
              Permission.READ_AUDIT,
              EnumSet.of(AGENT, AUDITOR),
              OperationsGrpc.getQueryAuditMethod(),
              OperationsGrpc.getGetEvidenceMethod(),
              OperationsGrpc.getGetLeavesMethod()),
          rule(
              Permission.FORGET_PERSON,
              EnumSet.of(MEMBER_ADMIN),
              OperationsGrpc.getForgetPersonMethod()),
          rule(
              Permission.INVITE_MEMBER,
              EnumSet.of(MEMBER_ADMIN),
              OperationsGrpc.getRegisterInvitationMethod()),
          kMembers(
              Permission.APPROVE_MEMBER,
              EnumSet.of(AGENT, APPROVER),
              OperationsGrpc.getApproveMemberMethod()),
          // each file is signed by its maker, and sealed to the member that it is for
          rule(
              Permission.CARRY_BUNDLE,
              EnumSet.of(AGENT, OPERATOR),
              OperationsGrpc.getExportBundleMethod(),
              OperationsGrpc.getImportBundleMethod()),
          kMembers(
              Permission.REMOVE_MEMBER,
              EnumSet.of(AGENT, MEMBER_ADMIN),
              OperationsGrpc.getRemoveMemberMethod()),
          kMembers(
              Permission.SUSPEND_MEMBER,
              EnumSet.of(AGENT, MEMBER_ADMIN),
              OperationsGrpc.getSuspendMemberMethod(),
              OperationsGrpc.getResumeMemberMethod()),
          kMembers(
              Permission.CHANGE_ROOTS,
              EnumSet.of(AGENT, MEMBER_ADMIN),
              OperationsGrpc.getChangeRootsMethod()),
          // everybody may leave: what counts is its own signature
          rule(Permission.EXIT_MEMBER, ANYBODY, OperationsGrpc.getExitMemberMethod()),
          // likewise: what counts is the signature of who issued the certificates
          rule(Permission.PUBLISH_CRL, ANYBODY, OperationsGrpc.getPublishCrlMethod()),
          kMembers(
              Permission.CHANGE_POLICY,
              EnumSet.of(AGENT, MEMBER_ADMIN),
              OperationsGrpc.getPublishDocumentMethod()),
          kMembers(
              Permission.REPLACE_KEY,
              EnumSet.of(AGENT, MEMBER_ADMIN),
              OperationsGrpc.getReplaceKeysMethod()));

  private static final Map<String, AccessRule> BY_CALL = byCall();

  private AccessTable() {}

  private static AccessRule rule(
      Permission permission, Set<Role> roles, MethodDescriptor<?, ?>... calls) {
    return new AccessRule(permission, roles, false, names(calls));
  }

  private static AccessRule kMembers(
      Permission permission, Set<Role> roles, MethodDescriptor<?, ?>... calls) {
    return new AccessRule(permission, roles, true, names(calls));
  }

  private static List<String> names(MethodDescriptor<?, ?>... calls) {
    return Arrays.stream(calls).map(MethodDescriptor::getFullMethodName).toList();
  }

  private static Map<String, AccessRule> byCall() {
    Map<String, AccessRule> rules = new HashMap<>();
    for (AccessRule rule : TABLE) {
      for (String call : rule.calls()) {
        if (rules.put(call, rule) != null) {
          throw new IllegalStateException("two rules name " + call);
        }
      }
    }
    return Map.copyOf(rules);
  }

  /** The whole table; each permission has one rule. */
  public static List<AccessRule> rules() {
    return TABLE;
  }

  /** The rule of a call, by the full name of its gRPC method. */
  public static Optional<AccessRule> rule(String call) {
    return Optional.ofNullable(BY_CALL.get(call));
  }

  /** Roles that have {@code permission}. */
  public static Set<Role> rolesWith(Permission permission) {
    return TABLE.stream()
        .filter(rule -> rule.permission() == permission)
        .flatMap(rule -> rule.roles().stream())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)));
  }

  /**
   * Whether this caller may make this call, and why, in words for the caller and the audit log.
   *
   * @param call full name of the gRPC method
   */
  public static AccessDecision decide(Caller caller, String call, Target target, Instant now) {
    AccessRule rule = BY_CALL.get(call);
    if (rule == null) {
      return new AccessDecision(
          false,
          caller,
          Optional.empty(),
          caller.roles(),
          "nobody may call " + call + ": no rule names it, and nobody can grant it");
    }
    for (Grant grant : caller.grants()) {
      if (Missing.in(rule, grant, caller, target, now).isEmpty()) {
        String why =
            caller.inWords() + " may " + rule.permission().inWords() + ": rule " + rule.name();
        return new AccessDecision(true, caller, Optional.of(rule), grant.role().wireName(), why);
      }
    }
    return new AccessDecision(
        false, caller, Optional.of(rule), caller.roles(), Missing.of(rule, caller, target, now));
  }
}
