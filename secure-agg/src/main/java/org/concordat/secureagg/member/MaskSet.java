package org.concordat.secureagg.member;

import java.util.ArrayList;
import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.crypto.Derivation;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Task;

/** All masks of one member for one task. */
record MaskSet(List<MaskTerm> terms) {
  static MaskSet of(String self, Manifest manifest, Task task, TokenSecrets secrets) {
    List<String> members = manifest.cohort().members();
    String alliance = manifest.cohort().alliance();
    int own = members.indexOf(self);
    List<MaskTerm> terms = new ArrayList<>();
    terms.add(
        new MaskTerm(
            Bytes.of(Derivation.selfMask(secrets.seed().toArray(), alliance, task, self)), true));
    secrets
        .peers()
        .forEach(
            (index, peer) -> {
              if (index != own) {
                String low = members.get(Math.min(index, own));
                String high = members.get(Math.max(index, own));
                byte[] key =
                    Derivation.pairMask(peer.pairSecret().toArray(), alliance, task, low, high);
                terms.add(new MaskTerm(Bytes.of(key), own < index));
              }
            });
    return new MaskSet(List.copyOf(terms));
  }
}
