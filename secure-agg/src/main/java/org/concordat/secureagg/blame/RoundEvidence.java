package org.concordat.secureagg.blame;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;

/**
 * What shows that a share, a seed or a recovery record contradicts its deposit. All of it is signed
 * by members, or named by what they signed. Secret before the round's certificate is out, public
 * afterwards: it holds what the reveals opened.
 *
 * @param manifestCertificate payload of the epoch's {@link
 *     org.concordat.secureagg.message.ManifestCertificate}
 * @param survivors payload of the certified {@link org.concordat.secureagg.message.Survivors}
 * @param dealer index of the one whose deposit it is about
 * @param deposit its sealed header
 * @param common its common section, empty where only a share is in doubt
 * @param recovery its recovery section, empty unless W is in doubt
 * @param sections its sections by recipient: those of the revealers, and of U3 where W is in doubt
 * @param reveals sealed {@link org.concordat.secureagg.message.Reveal}s or {@link
 *     org.concordat.secureagg.message.PairReveal}s
 */
public record RoundEvidence(
    Bytes manifestCertificate,
    Bytes survivors,
    int dealer,
    Bytes deposit,
    Bytes common,
    Bytes recovery,
    SortedMap<Integer, Bytes> sections,
    List<Bytes> reveals) {
  public RoundEvidence {
    sections = new TreeMap<>(sections);
    reveals = List.copyOf(reveals);
  }
}
