package org.concordat.secureagg.check;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.Survivors;

/**
 * Who is certified, for somebody that takes no part: a regional aggregator. Nothing is believed for
 * the coordinator's saying so.
 */
public final class CertifiedSet {
  private CertifiedSet() {}

  /**
   * The epoch's manifest, with T signatures of its members.
   *
   * @param notary checks signatures with the roster of the epoch
   * @throws Refusal naming the coordinator, who presents it
   */
  public static Manifest manifest(ManifestCertificate signed, Notary notary) throws Refusal {
    try {
      Manifest manifest = Manifest.decode(signed.manifest().toArray());
      check(manifest, new byte[0], notary).manifest(signed);
      return manifest;
    } catch (IllegalArgumentException malformed) { // malformed bytes, an infeasible cohort
      throw new Refusal(Reason.MALFORMED, "unknown", "a manifest: " + malformed.getMessage());
    }
  }

  /**
   * U3, with T signatures of its members and each one's own signed commitment.
   *
   * @param manifest as checked
   * @param certificate payload of the survivors' {@link Certificate}
   * @throws Refusal naming the coordinator, who presents it
   */
  public static Survivors survivors(Manifest manifest, byte[] certificate, Notary notary)
      throws Refusal {
    try {
      return check(manifest, certificate, notary).certificate();
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(
          Reason.MALFORMED,
          manifest.cohort().coordinator(),
          "a certificate: " + malformed.getMessage());
    }
  }

  private static RecordCheck check(Manifest manifest, byte[] certificate, Notary notary) {
    return new RecordCheck(
        notary,
        manifest.cohort().coordinator(),
        manifest,
        new RoundRecord(
            Bytes.of(new byte[0]),
            Bytes.of(certificate),
            Bytes.of(new byte[0]),
            List.of(),
            List.of()));
  }
}
