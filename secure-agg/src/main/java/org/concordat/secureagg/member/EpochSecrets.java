package org.concordat.secureagg.member;

import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.crypto.Commitments;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.crypto.Derivation;
import org.concordat.secureagg.kernel.Shamir;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.step.Key;

/**
 * What the set-up of an epoch leaves for its tokens, loaded once before everything else of it is
 * erased.
 *
 * @param self this member's index
 * @param own own seeds and shares, as {@link Dealing} stored them
 * @param dealers by index of the other participants
 */
record EpochSecrets(long epoch, int self, Bytes own, SortedMap<Integer, Dealer> dealers) {
  private static final int OPENED_AT = (1 + Limits.TOKENS) * Digest.SIZE_BYTES;

  /**
   * One dealer's part.
   *
   * @param pairKey PRK with this member, secret
   * @param view its deposit's digest, hashes of its seeds, opened shares, as {@link EpochClosing}
   *     stored them
   */
  record Dealer(Bytes pairKey, Bytes view) {}

  static EpochSecrets load(EpochSetup setup, Manifest manifest) {
    SortedMap<Integer, Dealer> dealers = new TreeMap<>();
    for (int index : manifest.indices()) {
      if (index != setup.self()) {
        Bytes view = setup.tx().needBytes(Key.view(index));
        dealers.put(index, new Dealer(Bytes.of(setup.pairKey(index)), view));
      }
    }
    Bytes own = setup.tx().needBytes(Key.SETUP_OWN);
    return new EpochSecrets(setup.epoch(), setup.self(), own, dealers);
  }

  TokenSecrets secrets(int token) {
    SortedMap<Integer, TokenSecrets.Peer> peers = new TreeMap<>();
    dealers.forEach((index, dealer) -> peers.put(index, peer(dealer, token)));
    byte[] seed = Dealing.ownSeed(own, token);
    peers.put(
        self,
        new TokenSecrets.Peer(
            Bytes.EMPTY,
            Bytes.of(Dealing.ownShare(own, token, Secret.SEED)),
            Bytes.of(Dealing.ownShare(own, token, Secret.RECOVERY_KEY)),
            Commitments.ofSecret(epoch, self, token, Secret.SEED, seed)));
    return new TokenSecrets(Bytes.of(seed), peers);
  }

  private static TokenSecrets.Peer peer(Dealer dealer, int token) {
    int hashAt = (1 + token) * Digest.SIZE_BYTES;
    return new TokenSecrets.Peer(
        Bytes.of(Derivation.pairSecret(dealer.pairKey.toArray(), token)),
        Bytes.of(share(dealer.view, token, Secret.SEED)),
        Bytes.of(share(dealer.view, token, Secret.RECOVERY_KEY)),
        new Digest(dealer.view.slice(hashAt, Digest.SIZE_BYTES)));
  }

  private static byte[] share(Bytes view, int token, Secret kind) {
    int at = OPENED_AT + (2 * token + kind.ordinal()) * Shamir.SHARE_BYTES;
    return view.slice(at, Shamir.SHARE_BYTES);
  }
}
