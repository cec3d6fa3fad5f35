package org.concordat.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * A participant's two long-lived keys, made where they are used and never leaving: the Ed25519
 * identity key (RFC 8032) and the P-256 member CA key, as PKCS#8 in 0600 files of a 0700 directory,
 * or where {@code keystore.yaml} in it says: in PKCS#12 files, the member CA key on a token.
 * Thread-safe.
 */
public final class ParticipantKeys {
  private static final String IDENTITY_FILE = "identity.key";
  private static final String MEMBER_CA_FILE = "member-ca.key";

  private final Ed25519PrivateKeyParameters identityPrivate;
  private final IdentityKey identity;
  private final KeyPair memberCa;

  ParticipantKeys(Ed25519PrivateKeyParameters identityPrivate, KeyPair memberCa) {
    this.identityPrivate = identityPrivate;
    this.identity = IdentityKey.of(identityPrivate.generatePublicKey().getEncoded());
    this.memberCa = memberCa;
  }

  /**
   * Makes both keys in {@code directory} (made 0700 when missing); durable when it returns.
   *
   * @throws KeyFileException when either file exists already, naming it; nothing is overwritten
   */
  public static ParticipantKeys create(Path directory) {
    SecretFiles.makeDirectory(directory);
    requireAbsent(directory.resolve(IDENTITY_FILE));
    requireAbsent(directory.resolve(MEMBER_CA_FILE));
    requireAbsent(directory.resolve(KeyPlaces.FILE));
    Ed25519PrivateKeyParameters identity = new Ed25519PrivateKeyParameters(new SecureRandom());
    KeyPair memberCa = EcKeys.generate();
    SecretFiles.writeKey(directory.resolve(MEMBER_CA_FILE), memberCa.getPrivate().getEncoded());
    SecretFiles.writeKey(directory.resolve(IDENTITY_FILE), pkcs8(identity));
    return new ParticipantKeys(identity, memberCa);
  }

  /**
   * @throws KeyFileException naming the file that is missing, readable by others or damaged
   */
  public static ParticipantKeys load(Path directory) {
    SecretFiles.requirePrivate(directory, "0700");
    KeyPlaces places = KeyPlaces.read(directory);
    return new ParticipantKeys(
        loadIdentity(directory.resolve(IDENTITY_FILE), places.identity()),
        loadMemberCa(directory.resolve(MEMBER_CA_FILE), places.memberCa()));
  }

  /** Whether {@code directory} holds an identity key already, or says where it is. */
  public static boolean exist(Path directory) {
    return Files.exists(directory.resolve(IDENTITY_FILE)) || KeyPlaces.areSaid(directory);
  }

  public IdentityKey identity() {
    return identity;
  }

  public PublicKey memberCaPublicKey() {
    return memberCa.getPublic();
  }

  /** SHA-256 of the member CA's SubjectPublicKeyInfo, as rosters list it. */
  public Sha256 memberCaDigest() {
    return Sha256.ofKey(memberCa.getPublic());
  }

  PrivateKey memberCaPrivateKey() {
    return memberCa.getPrivate();
  }

  /**
   * Ed25519 signature (RFC 8032 section 5.1.6), 64 bytes, deterministic. Callers prefix what they
   * sign with a purpose of their own; {@link SignatureContext} reserves {@code concordat/…/v1}.
   */
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    identityPrivate.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    return signature;
  }

  /**
   * Opens what was sealed to this participant's identity key.
   *
   * @throws SealRefusedException if it was sealed to another, for something else, or altered
   */
  public byte[] open(SealedToMember sealed, String purpose, byte[] associated) {
    return sealed.open(identityPrivate, purpose, associated);
  }

  /** Public parts only. */
  @Override
  public String toString() {
    return "ParticipantKeys[identity=" + identity + ", memberCa=" + memberCaDigest() + "]";
  }

  private static void requireAbsent(Path file) {
    if (Files.exists(file)) {
      throw new KeyFileException(file, "exists already; it is never overwritten, move it away");
    }
  }

  private static byte[] pkcs8(Ed25519PrivateKeyParameters key) {
    AlgorithmIdentifier ed25519 = new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
    try {
      // RFC 8410 section 7, version 1: with the public key inside, JDK 17 refuses to read it.
      return new PrivateKeyInfo(ed25519, new DEROctetString(key.getEncoded())).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("cannot encode a key made here", e);
    }
  }

  private static Ed25519PrivateKeyParameters loadIdentity(Path here, @Nullable KeyPlace place) {
    Path file = place instanceof KeyPlace.Pkcs12 pkcs12 ? pkcs12.file() : here;
    byte[] pkcs8 = pkcs8(here, place);
    AsymmetricKeyParameter key;
    try {
      key = PrivateKeyFactory.createKey(pkcs8);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new KeyFileException(file, "does not hold a private key; restore it from your copy");
    }
    if (key instanceof Ed25519PrivateKeyParameters ed25519) {
      return ed25519;
    }
    throw new KeyFileException(file, "holds another kind of key, not Ed25519");
  }

  private static byte[] pkcs8(Path here, @Nullable KeyPlace place) {
    return place instanceof KeyPlace.Pkcs12 pkcs12
        ? Pkcs12Keys.read(pkcs12)
        : SecretFiles.readKey(here);
  }

  private static KeyPair loadMemberCa(Path here, @Nullable KeyPlace place) {
    if (place instanceof KeyPlace.Token token) {
      return TokenKeys.read(token);
    }
    Path file = place instanceof KeyPlace.Pkcs12 pkcs12 ? pkcs12.file() : here;
    byte[] pkcs8 = pkcs8(here, place);
    try {
      return EcKeys.pair(pkcs8);
    } catch (IllegalArgumentException e) {
      throw new KeyFileException(file, "does not hold a P-256 key; restore it from your copy");
    }
  }
}
