package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A root that the members have signed into a roster, with certificates of the jurisdictions' CAs
 * under it: with those, each site makes its chain under the new root by itself. Also the file that
 * the keeper hands to the members before.
 *
 * @param jurisdictionCas may be none, of the root in the genesis: sites have those
 */
public record Authority(X509Certificate root, Map<Jurisdiction, X509Certificate> jurisdictionCas) {
  private static final String TYPE = "concordat/authority/v1";
  private static final int MAX_JURISDICTIONS = 256;

  /**
   * @throws IllegalArgumentException when a certificate is not within its profile, or not signed by
   *     the root
   */
  public Authority {
    jurisdictionCas = Collections.unmodifiableMap(new TreeMap<>(jurisdictionCas));
    CaProfile.requireRoot(root);
    for (Map.Entry<Jurisdiction, X509Certificate> one : jurisdictionCas.entrySet()) {
      if (!Certificates.isSignedBy(one.getValue(), root)) {
        throw new IllegalArgumentException(
            "the certificate of jurisdiction CA " + one.getKey() + " is not signed by its root");
      }
    }
  }

  /**
   * @throws MalformedDocumentException when it is not such a file in canonical JSON
   */
  public static Authority parse(byte[] canonicalJson) {
    return CanonicalJson.parse(TYPE, canonicalJson)
        .read(
            fields -> {
              Authority read = read(fields);
              fields.text(Fields.TYPE);
              return read;
            });
  }

  /** Canonical JSON. */
  public byte[] toBytes() {
    return CanonicalJson.bytes(write(CanonicalJson.object()).put(Fields.TYPE, TYPE));
  }

  ObjectNode write(ObjectNode node) {
    node.put("root", Certificates.base64(root));
    ObjectNode cas = node.putObject("jurisdictionCas");
    jurisdictionCas.forEach((code, ca) -> cas.put(code.code(), Certificates.base64(ca)));
    return node;
  }

  static Authority read(Fields fields) {
    X509Certificate root = fields.value("root", Certificates::parseBase64);
    Map<Jurisdiction, X509Certificate> cas = new TreeMap<>();
    fields
        .child("jurisdictionCas")
        .read(child -> child.all(MAX_JURISDICTIONS, Certificates::parseBase64))
        .forEach((code, ca) -> cas.put(new Jurisdiction(code), ca));
    return new Authority(root, cas);
  }

  /** SHA-256 of the root's certificate, by which people name it. */
  public Sha256 fingerprint() {
    return Sha256.of(Certificates.der(root));
  }

  /** The same member CA under this root, where the CA that issued it has a certificate here. */
  public Optional<MemberChain> under(MemberChain chain) {
    if (Certificates.isSignedBy(chain.jurisdictionCa(), root)) {
      return Optional.of(chain);
    }
    return jurisdictionCas.values().stream()
        .filter(ca -> ca.getPublicKey().equals(chain.jurisdictionCa().getPublicKey()))
        .findFirst()
        .map(ca -> new MemberChain(chain.memberCa(), ca));
  }

  void requireFits(AllianceDomain domain) {
    jurisdictionCas.forEach((code, ca) -> CaProfile.requireJurisdiction(ca, domain, code));
  }

  static List<X509Certificate> roots(List<Authority> authorities) {
    return authorities.stream().map(Authority::root).toList();
  }
}
