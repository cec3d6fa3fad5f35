package org.concordat.coordinator.atrest;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.SealRefusedException;
import org.concordat.certs.SealedToMember;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.atrest.record.HeldShare;
import org.concordat.coordinator.atrest.record.SealHeader;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.kernel.Shamir;
import org.concordat.store.SealedBlob;
import org.concordat.store.StoreException;

/**
 * A model's sealed file in the hands of its holders: each opens its own share at home, and so many
 * as are needed open the model. A share opens that one model and no other.
 */
public final class ModelShare {
  private final Path file;
  private final String model;
  private final SealHeader header;

  private ModelShare(Path file, String model, SealHeader header) {
    this.file = file;
    this.model = model;
    this.header = header;
  }

  /**
   * Reads the header of a sealed model, which lies under its digest; nothing is authenticated yet.
   *
   * @throws StoreException if it is no sealed model, or has no shares
   */
  public static ModelShare of(Path file) throws IOException {
    String model = file.getFileName().toString();
    SealHeader header;
    try {
      header = SealHeader.parseFrom(SealedBlob.header(file));
    } catch (InvalidProtocolBufferException malformed) {
      throw new StoreException.Altered(file + " has a header that is none", malformed);
    }
    if (!model.matches("[0-9a-f]{64}") || header.getNeeded() == 0) {
      throw new StoreException.Altered(
          file
              + ": nobody holds shares of it, only the coordinator's key opens it. A model's file is"
              + " named by its digest; whether it is shared is up to 'model-keys' of the agreement"
              + " that was in force");
    }
    return new ModelShare(file, model, header);
  }

  /** So many shares open it. */
  public int needed() {
    return header.getNeeded();
  }

  /** Who has shares, in order. */
  public List<String> holders() {
    return header.getSharesList().stream().map(HeldShare::getMember).toList();
  }

  /** The model's digest, hexadecimal. */
  public String model() {
    return model;
  }

  /**
   * Opens this member's share.
   *
   * @return secret
   * @throws StoreException if it holds none, or under another key
   */
  public byte[] open(String member, ParticipantKeys keys) {
    int index = index(member);
    HeldShare held = header.getShares(index);
    try {
      return keys.open(
          new SealedToMember(held.getEncapsulated().toByteArray(), held.getSealed().toByteArray()),
          ModelSeal.PURPOSE,
          associated(header.getGenesis().toByteArray(), model, index));
    } catch (SealRefusedException other) {
      throw new StoreException.Altered(
          "the share of '%s' does not open: it is sealed to identity key %s, or the file is altered"
              .formatted(member, held.getIdentityKey()),
          other);
    }
  }

  private int index(String member) {
    int index = holders().indexOf(member);
    if (index < 0) {
      throw new StoreException.Altered(
          "'%s' holds no share of model %s: holders are %s. Next: ask one of them"
              .formatted(member, model, String.join(", ", holders())));
    }
    return index;
  }

  /**
   * Puts shares together, and opens the model.
   *
   * @param shares by member; more than are needed are passed over
   * @return the model's bytes, of the digest that the file is named by
   * @throws StoreException naming how many are missing, whose share is another one, or that the
   *     file is altered
   */
  public byte[] recover(Map<String, byte[]> shares) throws IOException {
    for (Map.Entry<String, byte[]> share : shares.entrySet()) {
      byte[] digest = header.getShares(index(share.getKey())).getDigest().toByteArray();
      if (!MessageDigest.isEqual(Sha256.of(share.getValue()).bytes(), digest)) {
        throw new StoreException.Altered(
            "the share of '%s' is not its share of model %s: it is altered, or of another model"
                .formatted(share.getKey(), model));
      }
    }
    if (shares.size() < needed()) {
      throw new StoreException.Altered(
          ("%d shares of model %s are needed, and there are %d (%s): holders are %s. Next: let more of"
                  + " them run 'model share'")
              .formatted(
                  needed(),
                  model,
                  shares.size(),
                  shares.keySet().stream().sorted().collect(Collectors.joining(", ")),
                  String.join(", ", holders())));
    }
    List<String> members = shares.keySet().stream().sorted().limit(needed()).toList();
    List<byte[]> values = new ArrayList<>();
    members.forEach(member -> values.add(shares.get(member)));
    byte[] key;
    try {
      key = Shamir.combiner(members.stream().map(this::index).toList()).combine(values);
    } catch (MalformedMessageException impossible) {
      throw new StoreException.Altered("the shares of model " + model + " make no key", impossible);
    }
    try {
      byte[] content = SealedBlob.open(file, model, key);
      if (!Sha256.of(content).hex().equals(model)) {
        throw new StoreException.Altered(file + " holds another model than its name says");
      }
      return content;
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** What a share is bound to. */
  static byte[] associated(byte[] genesis, String model, int index) {
    byte[] name = model.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(genesis.length + name.length + Integer.BYTES)
        .put(genesis)
        .put(name)
        .putInt(index)
        .array();
  }
}
