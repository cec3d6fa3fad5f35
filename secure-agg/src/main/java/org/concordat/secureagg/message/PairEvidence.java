package org.concordat.secureagg.message;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * What a complainer saw of a pair. Nothing of it needs to be believed: the contexts that both have
 * signed bind start, keys and presence, and the two headers are signed by those who made them.
 *
 * @param start payload of the {@link EpochStart}
 * @param keyDigests digest of everyone's {@link EpochKeys} in the key set, by index
 * @param present indices after step 2
 * @param low payload of the lower index's {@link EpochKeys}
 * @param high payload of the higher index's
 * @param encapsulation sealed {@link SectionHeader} of the lower's encapsulations
 * @param ciphertext its section for the higher
 * @param deposit sealed {@link SectionHeader} of the accused's deposit
 * @param section its section for the complainer
 */
public record PairEvidence(
    Bytes start,
    List<KeyDigest> keyDigests,
    List<Integer> present,
    Bytes low,
    Bytes high,
    Bytes encapsulation,
    Bytes ciphertext,
    Bytes deposit,
    Bytes section) {
  private static final int KEYS_BYTES = 2048;

  public PairEvidence {
    keyDigests = List.copyOf(keyDigests);
    Wire.checkIndices(keyDigests.stream().map(KeyDigest::index).toList());
    present = Wire.checkIndices(present);
  }

  /** Whose keys have which digest. */
  public record KeyDigest(int index, Digest digest) {}

  /** Digests of the keys, by index. */
  public SortedMap<Integer, Digest> digests() {
    SortedMap<Integer, Digest> digests = new TreeMap<>();
    keyDigests.forEach(key -> digests.put(key.index, key.digest));
    return digests;
  }

  void write(ByteWriter out) {
    out.bytes(start.toArray());
    out.list(keyDigests, (w, k) -> w.u16(k.index).raw(k.digest.bytes()));
    Wire.indices(out, present);
    out.bytes(low.toArray()).bytes(high.toArray());
    out.bytes(encapsulation.toArray()).bytes(ciphertext.toArray());
    out.bytes(deposit.toArray()).bytes(section.toArray());
  }

  static PairEvidence read(ByteReader in) {
    return new PairEvidence(
        Wire.bytes(in, Limits.SEALED_BYTES),
        in.list(Limits.MEMBERS, r -> new KeyDigest(r.u16(), Wire.digest(r))),
        Wire.indices(in),
        Wire.bytes(in, KEYS_BYTES),
        Wire.bytes(in, KEYS_BYTES),
        Wire.bytes(in, Limits.SEALED_BYTES),
        Wire.bytes(in, KEYS_BYTES),
        Wire.bytes(in, Limits.SEALED_BYTES),
        Wire.bytes(in, Limits.SEALED_BYTES));
  }
}
