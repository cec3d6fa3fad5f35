package org.concordat.secureagg.member;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.crypto.Aead;
import org.concordat.secureagg.crypto.Commitments;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.crypto.Derivation;
import org.concordat.secureagg.kernel.Shamir;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.step.Key;

/**
 * Epoch step 3: seeds and recovery keys drawn, shared, boxed, deposited. K and the shares dealt to
 * others never reach the durable map: only b, the own shares and the sealed deposit do.
 */
final class Dealing {
  private final EpochSetup setup;
  private final List<Integer> present;
  private final ByteArrayOutputStream common = new ByteArrayOutputStream();
  private final ByteArrayOutputStream recovery = new ByteArrayOutputStream();
  private final ByteArrayOutputStream own = new ByteArrayOutputStream();
  private final SortedMap<Integer, Part> parts = new TreeMap<>();

  /** What one recipient's section is made of. */
  private static final class Part {
    final ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    final ByteArrayOutputStream commitments = new ByteArrayOutputStream();
    final ByteArrayOutputStream shares = new ByteArrayOutputStream();
  }

  private Dealing(EpochSetup setup, List<Integer> present) {
    this.setup = setup;
    this.present = present;
    present.forEach(index -> parts.put(index, new Part()));
  }

  /** Deals all tokens and sends the deposit. */
  static void deposit(EpochSetup setup, List<Integer> present, Digest context) throws Refusal {
    Dealing dealing = new Dealing(setup, present);
    for (int token = 0; token < Limits.TOKENS; token++) {
      dealing.deal(token);
    }
    setup.tx().put(Key.SETUP_OWN, dealing.own.toByteArray());
    setup.sendParcel(
        Key.SETUP_DEPOSIT,
        SectionHeader.Kind.DEPOSIT,
        context,
        Bytes.of(dealing.common.toByteArray()),
        Bytes.of(dealing.recovery.toByteArray()),
        dealing.sections());
  }

  /** Own b and own shares of both kinds, as {@link #ownSeed} and {@link #ownShare} read them. */
  private static final int OWN_BYTES = 32 + 2 * Shamir.SHARE_BYTES;

  static byte[] ownSeed(Bytes own, int token) {
    return own.slice(token * OWN_BYTES, 32);
  }

  static byte[] ownShare(Bytes own, int token, Secret kind) {
    return own.slice(
        token * OWN_BYTES + 32 + kind.ordinal() * Shamir.SHARE_BYTES, Shamir.SHARE_BYTES);
  }

  private void deal(int token) {
    byte[] seed = new byte[32];
    byte[] recoveryKey = new byte[32];
    setup.me().random().nextBytes(seed);
    setup.me().random().nextBytes(recoveryKey);
    own.writeBytes(seed);
    share(token, Secret.SEED, seed);
    share(token, Secret.RECOVERY_KEY, recoveryKey);
    ByteArrayOutputStream secrets = new ByteArrayOutputStream();
    for (int peer : present) {
      if (peer != setup.self()) {
        byte[] pairSecret = Derivation.pairSecret(setup.pairKey(peer), token);
        secrets.writeBytes(pairSecret);
        part(peer).commitments.writeBytes(Derivation.commitment(pairSecret));
      }
    }
    byte[] place = Commitments.recoveryPlace(setup.epoch(), setup.self(), token);
    recovery.writeBytes(Aead.seal(recoveryKey, secrets.toByteArray(), place));
  }

  private void share(int token, Secret kind, byte[] secret) {
    long epoch = setup.epoch();
    int self = setup.self();
    common.writeBytes(Commitments.ofSecret(epoch, self, token, kind, secret).bytes());
    List<byte[]> shares =
        Shamir.share(secret, setup.cohort().threshold(), present, setup.me().random());
    for (int i = 0; i < present.size(); i++) {
      int recipient = present.get(i);
      byte[] share = shares.get(i);
      part(recipient)
          .hashes
          .writeBytes(Commitments.ofShare(epoch, self, recipient, token, kind, share).bytes());
      if (recipient == self) {
        own.writeBytes(share);
      } else {
        part(recipient).shares.writeBytes(share);
      }
    }
  }

  private List<Bytes> sections() {
    List<Bytes> sections = new ArrayList<>();
    for (int index = 0; index < setup.cohort().size(); index++) {
      Part part = parts.get(index);
      sections.add(part == null ? Bytes.EMPTY : section(index, part));
    }
    return sections;
  }

  private Bytes section(int recipient, Part part) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(part.hashes.toByteArray());
    if (recipient != setup.self()) {
      out.writeBytes(part.commitments.toByteArray());
      byte[] boxKey = Derivation.boxKey(setup.pairKey(recipient), setup.self(), recipient);
      byte[] place = Commitments.boxPlace(setup.epoch(), setup.self(), recipient);
      out.writeBytes(Aead.seal(boxKey, part.shares.toByteArray(), place));
    }
    return Bytes.of(out.toByteArray());
  }

  private Part part(int index) {
    return Objects.requireNonNull(parts.get(index));
  }
}
