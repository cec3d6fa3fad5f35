package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The roster's JSON form. */
final class RosterJson {
  private static final String SUSPENDED = "suspended";
  private static final String AUTHORITIES = "authorities";
  private static final String DOCUMENTS = "documents";

  private RosterJson() {}

  static ObjectNode write(Roster roster) {
    ObjectNode node = CanonicalJson.object();
    node.put(Fields.TYPE, SignatureContext.ROSTER.label());
    node.put("version", roster.version());
    node.put("alliance", roster.alliance().value());
    node.put("domain", roster.domain().value());
    MemberRequest.putOptional(node, "previous", roster.previous());
    node.put("minimumQuorum", roster.minimumQuorum());
    ArrayNode entries = node.putArray("entries");
    roster.entries().forEach(entry -> writeEntry(entry, entries.addObject()));
    ArrayNode revoked = node.putArray("revoked");
    roster.revoked().forEach(entry -> writeRevoked(entry, revoked.addObject()));
    if (!roster.suspensions().isEmpty()) { // absent otherwise: one form of each roster
      ArrayNode suspended = node.putArray(SUSPENDED);
      roster
          .suspensions()
          .forEach(
              entry ->
                  suspended
                      .addObject()
                      .put("id", entry.id().value())
                      .put("reason", entry.reason()));
    }
    if (!roster.authorities().isEmpty()) { // likewise
      ArrayNode authorities = node.putArray(AUTHORITIES);
      roster.authorities().forEach(authority -> authority.write(authorities.addObject()));
    }
    if (!roster.documents().isEmpty()) { // likewise
      ArrayNode documents = node.putArray(DOCUMENTS);
      roster.documents().forEach(document -> document.write(documents.addObject()));
    }
    return node;
  }

  /** Reads the object under {@code fields}, its type included. */
  static Roster read(Fields fields) {
    fields.value(Fields.TYPE, RosterJson::requireType);
    return new Roster(
        fields.integer("version"),
        fields.value("alliance", AllianceName::new),
        fields.value("domain", AllianceDomain::new),
        fields.optional("previous", Sha256::new),
        fields.integer("minimumQuorum"),
        fields.objects("entries", Roster.MAX_ENTRIES, RosterJson::readEntry),
        fields.objects("revoked", Roster.MAX_REVOKED, RosterJson::readRevoked),
        fields.has(SUSPENDED) ? readSuspended(fields) : List.of(),
        fields.has(AUTHORITIES) ? readAuthorities(fields) : List.of(),
        fields.has(DOCUMENTS) ? readDocuments(fields) : List.of());
  }

  private static List<DocumentEntry> readDocuments(Fields fields) {
    List<DocumentEntry> documents =
        fields.objects(DOCUMENTS, DocumentKind.values().length, DocumentEntry::read);
    if (documents.isEmpty()) {
      throw new IllegalArgumentException(
          DOCUMENTS + " must be left out where none is named: a roster has one form");
    }
    return documents;
  }

  private static List<Authority> readAuthorities(Fields fields) {
    List<Authority> authorities =
        fields.objects(AUTHORITIES, Roster.MAX_AUTHORITIES, Authority::read);
    if (authorities.isEmpty()) {
      throw new IllegalArgumentException(
          AUTHORITIES + " must be left out where the genesis has the root: a roster has one form");
    }
    return authorities;
  }

  private static List<SuspendedEntry> readSuspended(Fields fields) {
    List<SuspendedEntry> suspended =
        fields.objects(
            SUSPENDED,
            Roster.MAX_ENTRIES,
            entry -> new SuspendedEntry(entry.value("id", MemberId::new), entry.text("reason")));
    if (suspended.isEmpty()) {
      throw new IllegalArgumentException(
          SUSPENDED + " must be left out where nobody is: a roster has one form");
    }
    return suspended;
  }

  private static String requireType(String type) {
    if (!type.equals(SignatureContext.ROSTER.label())) {
      throw new IllegalArgumentException("must be " + SignatureContext.ROSTER.label());
    }
    return type;
  }

  private static void writeEntry(RosterEntry entry, ObjectNode node) {
    node.put("id", entry.id().value());
    node.put("jurisdiction", entry.jurisdiction().code());
    node.put("country", entry.country().code());
    node.put("control", entry.controllingCountry().code());
    MemberRequest.writeRoles(node, entry.roles());
    node.put("dnsName", entry.dnsName());
    node.put("identityKey", entry.identityKey().base64());
    node.put("memberCa", entry.memberCa().hex());
    MemberRequest.putOptional(node, "logVkey", entry.logVkey());
    MemberRequest.putOptional(node, "address", entry.address());
  }

  private static RosterEntry readEntry(Fields fields) {
    return new RosterEntry(
        fields.value("id", MemberId::new),
        fields.value("jurisdiction", Jurisdiction::new),
        fields.value("country", Country::new),
        fields.value("control", Country::new),
        MemberRequest.roles(fields),
        fields.text("dnsName"),
        fields.value("identityKey", IdentityKey::new),
        fields.value("memberCa", Sha256::new),
        fields.optional("logVkey", LogVkey::new),
        fields.optional("address", text -> text));
  }

  private static void writeRevoked(RevokedEntry entry, ObjectNode node) {
    node.put("id", entry.id().value());
    node.put("identityKey", entry.identityKey().base64());
    node.put("memberCa", entry.memberCa().hex());
    node.put("reason", entry.reason());
  }

  private static RevokedEntry readRevoked(Fields fields) {
    return new RevokedEntry(
        fields.value("id", MemberId::new),
        fields.value("identityKey", IdentityKey::new),
        fields.value("memberCa", Sha256::new),
        fields.text("reason"));
  }
}
