package org.concordat.secureagg.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.kernel.Shamir;
import org.concordat.secureagg.message.Limits;

/**
 * What a member holds of one token until it closes. Secret.
 *
 * @param seed own b, 32 bytes
 * @param peers by participant's index, this member included (with an empty pair secret)
 */
record TokenSecrets(Bytes seed, SortedMap<Integer, Peer> peers) {
  /**
   * What concerns one participant j.
   *
   * @param pairSecret u_ij, 32 bytes, empty for oneself
   * @param seedShare share of b_j
   * @param recoveryShare share of K_j
   * @param seedHash hash of b_j, public
   */
  record Peer(Bytes pairSecret, Bytes seedShare, Bytes recoveryShare, Digest seedHash) {}

  byte[] encode() {
    ByteWriter out = new ByteWriter().raw(seed.toArray());
    List<Integer> indices = new ArrayList<>(peers.keySet());
    return out.list(
            indices,
            (w, index) -> {
              Peer peer = Objects.requireNonNull(peers.get(index));
              w.u16(index).bytes(peer.pairSecret.toArray());
              w.raw(peer.seedShare.toArray()).raw(peer.recoveryShare.toArray());
              w.raw(peer.seedHash.bytes());
            })
        .toBytes();
  }

  static TokenSecrets decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    Bytes seed = Bytes.of(in.raw(32));
    SortedMap<Integer, Peer> peers = new TreeMap<>();
    in.list(Limits.MEMBERS, r -> peers.put(r.u16(), peer(r)) == null);
    in.end();
    return new TokenSecrets(seed, peers);
  }

  private static Peer peer(ByteReader in) {
    return new Peer(
        Bytes.of(in.bytes(32)),
        Bytes.of(in.raw(Shamir.SHARE_BYTES)),
        Bytes.of(in.raw(Shamir.SHARE_BYTES)),
        new Digest(in.raw(Digest.SIZE_BYTES)));
  }
}
