package org.concordat.iam.keycloak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.concordat.certs.MemberId;
import org.concordat.certs.RevokedEntry;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group at the top of the realm for each member, by its id, with the attributes that become
 * claims. A member that is suspended or removed has its group marked, not deleted: who is in it,
 * and with which roles, is the administrator's work, and is needed when the member comes back. Its
 * people are refused by the roster meanwhile. Other attributes stay as they are.
 */
final class MemberGroups {
  /** Attribute: {@code active}, {@code suspended} or {@code removed}. */
  static final String STATUS = "alliance-status";

  private static final Logger LOG = LoggerFactory.getLogger(MemberGroups.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String MEMBER = "member";
  private static final String JURISDICTION = "jurisdiction";

  private final RealmAdmin admin;
  private final Realm realm;

  MemberGroups(RealmAdmin admin, Realm realm) {
    this.admin = admin;
    this.realm = realm;
  }

  /** Brings every group to what the roster says. */
  void follow(Roster roster) throws IOException {
    for (RosterEntry entry : roster.entries()) {
      if (!entry.roles().contains(Role.COORDINATOR) && isOurs(entry.id())) {
        boolean suspended = roster.findSuspended(entry.id()).isPresent();
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put(MEMBER, entry.id().value());
        attributes.put(JURISDICTION, entry.jurisdiction().code());
        attributes.put(STATUS, suspended ? "suspended" : "active");
        follow(entry.id(), attributes, true);
      }
    }
    for (RevokedEntry revoked : roster.revoked()) {
      // a member with new keys is still one
      if (roster.find(revoked.id()).isEmpty() && isOurs(revoked.id())) {
        follow(revoked.id(), Map.of(STATUS, "removed"), false);
      }
    }
  }

  private boolean isOurs(MemberId member) {
    return realm.members().isEmpty() || realm.members().contains(member);
  }

  private void follow(MemberId member, Map<String, String> attributes, boolean make)
      throws IOException {
    Optional<ObjectNode> found = admin.group(member.value());
    if (found.isEmpty() && !make) {
      return;
    }
    ObjectNode group = found.orElseGet(() -> MAPPER.createObjectNode().put("name", member.value()));
    ObjectNode there = group.withObjectProperty("attributes");
    ObjectNode before = there.deepCopy();
    attributes.forEach((name, value) -> there.putArray(name).add(value));
    if (found.isEmpty()) {
      admin.makeGroup(group);
      LOG.info("the realm has a group for {}", member);
    } else if (!there.equals(before)) {
      admin.updateGroup(group);
      LOG.info("the realm's group of {} says: {}", member, attributes);
    }
  }
}
