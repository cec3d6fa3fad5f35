package org.concordat.coordinator.atrest;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.concordat.certs.SealKey;
import org.concordat.certs.SealedToMember;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.atrest.record.HeldShare;
import org.concordat.coordinator.atrest.record.SealHeader;
import org.concordat.secureagg.kernel.Shamir;
import org.concordat.store.BlobSeal;
import org.concordat.store.StoreException;

/**
 * A fresh key for every file, under the coordinator's own key, so that rounds go on unattended. A
 * model's is also shared (Shamir) among the holders of the agreement in force, each share sealed to
 * a holder's identity key. Thread-safe.
 */
public final class ModelSeal implements BlobSeal {
  /** The file of the key in a home's keys. */
  public static final String KEY_FILE = "models.key";

  /** For what a share is sealed. */
  public static final String PURPOSE = "model-share";

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SealKey own;
  private final byte[] genesis;
  private final SecureRandom random = new SecureRandom();
  private volatile Supplier<Optional<Holders>> holders = Optional::empty;

  /**
   * @param own the coordinator's
   * @param genesis digest of the alliance's genesis
   */
  public ModelSeal(SealKey own, Sha256 genesis) {
    this.own = own;
    this.genesis = genesis.bytes();
  }

  /** From now on models are shared among these. */
  public void holders(Supplier<Optional<Holders>> now) {
    holders = now;
  }

  /** A model is named by its digest, all else with a word before it. */
  private static boolean isModel(String name) {
    return name.matches("[0-9a-f]{64}");
  }

  @Override
  public Fresh fresh(String name) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    SealHeader.Builder header =
        SealHeader.newBuilder()
            .setGenesis(ByteString.copyFrom(genesis))
            .setWrapped(ByteString.copyFrom(wrap(name, key)));
    if (isModel(name)) {
      holders.get().ifPresent(who -> share(name, key, who, header));
    }
    return new Fresh(key, header.build().toByteArray());
  }

  private void share(String name, byte[] key, Holders who, SealHeader.Builder header) {
    List<byte[]> shares =
        Shamir.share(
            key, who.needed(), IntStream.range(0, who.all().size()).boxed().toList(), random);
    header.setNeeded(who.needed()).setAgreement(who.agreement());
    for (int i = 0; i < shares.size(); i++) {
      Holders.Holder holder = who.all().get(i);
      SealedToMember sealed =
          SealedToMember.seal(
              holder.key(), PURPOSE, ModelShare.associated(genesis, name, i), shares.get(i));
      header.addShares(
          HeldShare.newBuilder()
              .setMember(holder.member())
              .setIdentityKey(holder.key().base64())
              .setEncapsulated(ByteString.copyFrom(sealed.encapsulated()))
              .setSealed(ByteString.copyFrom(sealed.sealed()))
              .setDigest(ByteString.copyFrom(Sha256.of(shares.get(i)).bytes())));
      Arrays.fill(shares.get(i), (byte) 0);
    }
  }

  @Override
  public boolean isCurrent(String name, byte[] header) {
    if (!isModel(name)) {
      return true;
    }
    SealHeader found = parse(name, header);
    List<String> keys = found.getSharesList().stream().map(HeldShare::getIdentityKey).toList();
    return holders
        .get()
        .map(
            who ->
                who.needed() == found.getNeeded()
                    && who.all().stream().map(one -> one.key().base64()).toList().equals(keys))
        .orElseGet(() -> keys.isEmpty());
  }

  @Override
  public byte[] key(String name, byte[] header) {
    SealHeader found = parse(name, header);
    if (!Arrays.equals(found.getGenesis().toByteArray(), genesis)) {
      throw new StoreException.Altered("file " + name + " is another alliance's");
    }
    byte[] wrapped = found.getWrapped().toByteArray();
    if (wrapped.length != NONCE_BYTES + KEY_BYTES + TAG_BITS / 8) {
      throw altered(name);
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, name, wrapped)
          .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
    } catch (GeneralSecurityException other) {
      throw altered(name);
    }
  }

  private static StoreException altered(String name) {
    return new StoreException.Altered(
        "the key of file %s does not open with keys/%s: the file is altered, or that is another key;"
                .formatted(name, KEY_FILE)
            + " put back the one from your backup. Without it the holders that the agreement names"
            + " can open a model ('model share', 'model recover')");
  }

  private byte[] wrap(String name, byte[] key) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, name, nonce).doFinal(key);
      return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-256-GCM failed to seal", impossible);
    }
  }

  /**
   * @param beginning of which the first bytes are the nonce
   */
  private Cipher cipher(int mode, String name, byte[] beginning) throws GeneralSecurityException {
    byte[] key = own.bytes();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(TAG_BITS, beginning, 0, NONCE_BYTES));
    Arrays.fill(key, (byte) 0);
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static SealHeader parse(String name, byte[] header) {
    try {
      return SealHeader.parseFrom(header);
    } catch (InvalidProtocolBufferException malformed) {
      throw altered(name);
    }
  }
}
