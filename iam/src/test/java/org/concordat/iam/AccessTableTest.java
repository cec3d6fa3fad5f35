package org.concordat.iam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessTableTest {
  /** The whole table again, by permission, so that a change must be made twice and on purpose. */
  private static final Map<Permission, Set<Role>> EXPECTED =
      Map.ofEntries(
          Map.entry(Permission.AGENT_SESSION, EnumSet.of(Role.AGENT)),
          Map.entry(Permission.UPLOAD, EnumSet.of(Role.AGENT)),
          Map.entry(Permission.WITNESS, EnumSet.of(Role.AGENT)),
          Map.entry(Permission.SUBMIT_JOB, EnumSet.of(Role.OPERATOR)),
          Map.entry(Permission.ABORT_JOB, EnumSet.of(Role.OPERATOR)),
          Map.entry(Permission.READ_STATUS, EnumSet.allOf(Role.class)),
          Map.entry(Permission.READ_MODELS, EnumSet.of(Role.AGENT, Role.OPERATOR)),
          Map.entry(Permission.INVITE_MEMBER, EnumSet.of(Role.MEMBER_ADMIN)),
          Map.entry(Permission.APPROVE_MEMBER, EnumSet.of(Role.AGENT, Role.APPROVER)),
          Map.entry(Permission.REMOVE_MEMBER, EnumSet.of(Role.MEMBER_ADMIN)),
          Map.entry(Permission.READ_AUDIT, EnumSet.of(Role.AGENT, Role.AUDITOR)));

  private static Caller caller(Role role) {
    return new Caller(
        new MemberId("lyon"), role, new Jurisdiction("eu"), Sha256.of(new byte[] {1}));
  }

  @ParameterizedTest
  @EnumSource(Permission.class)
  void everyPermissionHasExactlyItsRoles(Permission permission) {
    assertThat(AccessTable.rolesWith(permission)).isEqualTo(EXPECTED.get(permission));
    for (Role role : Role.values()) {
      AccessDecision decision = AccessTable.decide(caller(role), permission);
      assertThat(decision.allowed()).isEqualTo(EXPECTED.get(permission).contains(role));
      assertThat(decision.caller()).isEqualTo(caller(role));
      assertThat(decision.permission()).isEqualTo(permission);
    }
  }

  @Test
  void denialNamesTheMissingRole() {
    AccessDecision denied = AccessTable.decide(caller(Role.AUDITOR), Permission.SUBMIT_JOB);
    assertThat(denied.explanation())
        .isEqualTo(
            "lyon as auditor (eu) may not submit a job: that needs the role operator; use a"
                + " certificate for such a role");
    assertThat(AccessTable.decide(caller(Role.OPERATOR), Permission.APPROVE_MEMBER).explanation())
        .contains("agent or approver");
  }

  @Test
  void permissionIsExplainedToo() {
    assertThat(AccessTable.decide(caller(Role.OPERATOR), Permission.SUBMIT_JOB).explanation())
        .isEqualTo("lyon as operator (eu) may submit a job");
  }
}
