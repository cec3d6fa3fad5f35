package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The part of a genesis that founders sign. Every instance is consistent: certificates fit their
 * profiles, the roster and each other at the time of creation; there is exactly one coordinator.
 */
record GenesisContent(
    Instant created,
    Roster roster,
    X509Certificate root,
    Map<Jurisdiction, X509Certificate> jurisdictionCas,
    Map<MemberId, X509Certificate> memberCas,
    byte[] policy) {
  static final SignatureContext TYPE = SignatureContext.GENESIS;
  static final int MAX_POLICY_BYTES = 1 << 20;
  private static final int MAX_JURISDICTIONS = 256;

  /**
   * @throws IllegalArgumentException when it is not
   */
  GenesisContent {
    jurisdictionCas = Collections.unmodifiableMap(new TreeMap<>(jurisdictionCas));
    memberCas = Collections.unmodifiableMap(new TreeMap<>(memberCas));
    policy = policy.clone();
    if (roster.version() != 1
        || !roster.revoked().isEmpty()
        || !roster.suspensions().isEmpty()
        || !roster.authorities().isEmpty()) {
      throw new IllegalArgumentException(
          "the genesis roster must be version 1, nobody revoked or suspended, no other root");
    }
    if (roster.withRole(Role.COORDINATOR).size() != 1) {
      throw new IllegalArgumentException("the genesis needs exactly one coordinator");
    }
    if (policy.length == 0 || policy.length > MAX_POLICY_BYTES) {
      throw new IllegalArgumentException("policy must be 1 to " + MAX_POLICY_BYTES + " bytes");
    }
    requireAuthorities(created, roster, root, jurisdictionCas);
    requireMembers(created, roster, root, jurisdictionCas, memberCas);
  }

  static GenesisContent read(Fields fields) {
    Roster roster = fields.child("roster").read(RosterJson::read);
    GenesisContent content =
        new GenesisContent(
            fields.value("created", Instant::parse),
            roster,
            fields.value("root", Certificates::parseBase64),
            certificates(fields, "jurisdictionCas", MAX_JURISDICTIONS, Jurisdiction::new),
            certificates(fields, "memberCas", Roster.MAX_ENTRIES, MemberId::new),
            fields.base64("policy"));
    if (!fields.value("policyDigest", Sha256::new).equals(Sha256.of(content.policy))) {
      throw new IllegalArgumentException("policyDigest is not the SHA-256 of policy");
    }
    if (!fields.value("logVkey", LogVkey::new).equals(content.logVkey())) {
      throw new IllegalArgumentException("logVkey is not the coordinator's in the roster");
    }
    return content;
  }

  ObjectNode write() {
    ObjectNode node = CanonicalJson.object();
    node.put(Fields.TYPE, TYPE.label());
    node.put("created", created.toString());
    node.set("roster", RosterJson.write(roster));
    node.put("root", Certificates.base64(root));
    write(jurisdictionCas, node.putObject("jurisdictionCas"));
    write(memberCas, node.putObject("memberCas"));
    node.put("policy", Base64.getEncoder().encodeToString(policy));
    node.put("policyDigest", Sha256.of(policy).hex());
    node.put("logVkey", logVkey().value());
    return node;
  }

  Sha256 digest() {
    return Sha256.of(CanonicalJson.bytes(write()));
  }

  LogVkey logVkey() {
    LogVkey vkey = roster.withRole(Role.COORDINATOR).get(0).logVkey();
    if (vkey == null) {
      throw new IllegalStateException("a coordinator's entry has a log key");
    }
    return vkey;
  }

  Optional<MemberChain> memberChain(MemberId founder) {
    X509Certificate memberCa = memberCas.get(founder);
    return roster
        .find(founder)
        .map(entry -> jurisdictionCas.get(entry.jurisdiction()))
        .flatMap(
            jurisdictionCa ->
                Optional.ofNullable(memberCa).map(own -> new MemberChain(own, jurisdictionCa)));
  }

  private static void requireAuthorities(
      Instant created,
      Roster roster,
      X509Certificate root,
      Map<Jurisdiction, X509Certificate> jurisdictionCas) {
    CaProfile.requireRoot(root);
    jurisdictionCas.forEach(
        (code, certificate) -> {
          CaProfile.requireJurisdiction(certificate, roster.domain(), code);
          requirePath("jurisdiction CA " + code, List.of(certificate), root, created);
        });
  }

  private static void requireMembers(
      Instant created,
      Roster roster,
      X509Certificate root,
      Map<Jurisdiction, X509Certificate> jurisdictionCas,
      Map<MemberId, X509Certificate> memberCas) {
    for (RosterEntry entry : roster.entries()) {
      X509Certificate memberCa = memberCas.get(entry.id());
      X509Certificate jurisdictionCa = jurisdictionCas.get(entry.jurisdiction());
      if (memberCa == null || jurisdictionCa == null) {
        throw new IllegalArgumentException(
            "no member CA or jurisdiction CA certificate for " + entry.id());
      }
      CaProfile.requireMember(memberCa, entry);
      requirePath("member CA of " + entry.id(), List.of(memberCa, jurisdictionCa), root, created);
    }
    if (memberCas.size() != roster.entries().size()) {
      throw new IllegalArgumentException("a member CA certificate of somebody not in the roster");
    }
  }

  private static void requirePath(
      String what, List<X509Certificate> path, X509Certificate root, Instant at) {
    try {
      Certificates.requirePath(path, Set.of(root), at);
    } catch (CertificateException e) {
      throw new IllegalArgumentException(what + " does not lead to the root: " + e.getMessage());
    }
  }

  private static <K> Map<K, X509Certificate> certificates(
      Fields fields, String name, int maxSize, Function<String, K> key) {
    Map<K, X509Certificate> certificates = new TreeMap<>();
    fields
        .child(name)
        .read(child -> child.all(maxSize, Certificates::parseBase64))
        .forEach((text, certificate) -> certificates.put(key.apply(text), certificate));
    return certificates;
  }

  private static void write(Map<?, X509Certificate> certificates, ObjectNode node) {
    certificates.forEach(
        (key, certificate) -> node.put(key.toString(), Certificates.base64(certificate)));
  }
}
