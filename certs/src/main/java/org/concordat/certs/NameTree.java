package org.concordat.certs;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;

/** Name constraints (RFC 5280 section 4.2.1.10) of the two kinds of intermediate authority. */
final class NameTree {
  private static final int IPV4_WITH_MASK_BYTES = 8;
  private static final int IPV6_WITH_MASK_BYTES = 32;

  private NameTree() {}

  /** DNS names and URI hosts under the jurisdiction's domain; no IP address at all. */
  static NameConstraints jurisdiction(AllianceDomain domain, Jurisdiction jurisdiction) {
    String subtree = domain.of(jurisdiction);
    // IP is excluded here only: JDK 17 fails on a chain that excludes it at two levels.
    return new NameConstraints(
        permitted(subtree, "." + subtree),
        new GeneralSubtree[] {
          allAddresses(IPV4_WITH_MASK_BYTES), allAddresses(IPV6_WITH_MASK_BYTES)
        });
  }

  /** One DNS name, and URIs of exactly that host: the member's own SPIFFE trust domain. */
  static NameConstraints member(String dnsName) {
    return new NameConstraints(permitted(dnsName, dnsName), null);
  }

  /**
   * The DNS name in a member CA's constraints.
   *
   * @throws IllegalArgumentException unless it is a constraint that {@link #member} makes
   */
  static String memberDnsName(NameConstraints constraints) {
    List<String> dnsNames = new ArrayList<>();
    for (GeneralSubtree subtree : constraints.getPermittedSubtrees()) {
      if (subtree.getBase().getTagNo() == GeneralName.dNSName) {
        dnsNames.add(subtree.getBase().getName().toString());
      }
    }
    if (dnsNames.size() != 1 || !constraints.equals(member(dnsNames.get(0)))) {
      throw new IllegalArgumentException("not the name constraints of a member CA");
    }
    return dnsNames.get(0);
  }

  private static GeneralSubtree[] permitted(String dns, String uriHost) {
    return new GeneralSubtree[] {
      new GeneralSubtree(new GeneralName(GeneralName.dNSName, new DERIA5String(dns))),
      new GeneralSubtree(
          new GeneralName(GeneralName.uniformResourceIdentifier, new DERIA5String(uriHost)))
    };
  }

  private static GeneralSubtree allAddresses(int addressAndMaskBytes) {
    return new GeneralSubtree(
        new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[addressAndMaskBytes])));
  }
}
