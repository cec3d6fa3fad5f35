package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A participant's request to become a member: what it says of itself, its identity key and a
 * PKCS#10 request of its member CA key, signed with the identity key. Every instance is verified:
 * signature, possession of both keys, shape of all names. What it says is still only the
 * participant's word; the members who approve it vouch for it.
 */
public final class MemberRequest {
  private static final SignatureContext TYPE = SignatureContext.MEMBER_REQUEST;
  private static final String SIGNATURE = "signature";

  private final MemberProfile profile;
  private final IdentityKey identityKey;
  private final byte[] csr;
  private final PublicKey memberCaKey;
  private final Instant created;
  private final byte[] signature;

  private MemberRequest(
      MemberProfile profile,
      IdentityKey identityKey,
      byte[] csr,
      Instant created,
      byte[] signature) {
    this.profile = profile;
    this.identityKey = identityKey;
    this.csr = csr;
    this.memberCaKey = Csr.verify(csr);
    this.created = created;
    this.signature = signature;
    if (!identityKey.verify(message(unsigned()), signature)) {
      throw new IllegalArgumentException(
          "the signature does not verify with identityKey; make the request again");
    }
  }

  /** Signs a request with the participant's own keys, dated by {@code clock} to the second. */
  public static MemberRequest make(MemberProfile profile, ParticipantKeys keys, Clock clock) {
    byte[] csr = Csr.make(keys);
    Instant created = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    ObjectNode unsigned = unsigned(profile, keys.identity(), csr, created);
    return new MemberRequest(profile, keys.identity(), csr, created, keys.sign(message(unsigned)));
  }

  /**
   * Reads and verifies a request file.
   *
   * @throws MalformedDocumentException when anything in it does not hold
   */
  public static MemberRequest parse(byte[] canonicalJson) {
    return CanonicalJson.parse(TYPE, canonicalJson).read(MemberRequest::read);
  }

  public MemberProfile profile() {
    return profile;
  }

  public MemberId id() {
    return profile.id();
  }

  public IdentityKey identityKey() {
    return identityKey;
  }

  public PublicKey memberCaKey() {
    return memberCaKey;
  }

  public Instant created() {
    return created;
  }

  /**
   * SHA-256 of the file's canonical bytes, signature included. Whoever admits members remembers it
   * and refuses a digest seen before (replay).
   */
  public Sha256 digest() {
    return Sha256.of(toBytes());
  }

  /** The request file, canonical JSON. */
  public byte[] toBytes() {
    ObjectNode node = unsigned();
    node.put(SIGNATURE, Base64.getEncoder().encodeToString(signature));
    return CanonicalJson.bytes(node);
  }

  /** What the roster would say of this member. */
  public RosterEntry entry(AllianceDomain domain) {
    return new RosterEntry(
        profile.id(),
        profile.jurisdiction(),
        profile.country(),
        profile.controllingCountry(),
        profile.roles(),
        domain.of(profile.id(), profile.jurisdiction()),
        identityKey,
        Sha256.ofKey(memberCaKey),
        profile.logVkey(),
        profile.roles().contains(Role.AGGREGATOR) ? profile.address() : null);
  }

  private static MemberRequest read(Fields fields) {
    MemberProfile profile =
        new MemberProfile(
            fields.value("id", MemberId::new),
            fields.value("jurisdiction", Jurisdiction::new),
            fields.value("country", Country::new),
            fields.value("control", Country::new),
            roles(fields),
            fields.optional("address", text -> text),
            fields.optional("logVkey", LogVkey::new),
            fields.optional("invitation", text -> text));
    return new MemberRequest(
        profile,
        fields.value("identityKey", IdentityKey::new),
        fields.base64("csr"),
        fields.value("created", Instant::parse),
        fields.base64(SIGNATURE));
  }

  static Set<Role> roles(Fields fields) {
    List<Role> roles = fields.texts("roles", Role.values().length, Role::of);
    Set<Role> distinct = new HashSet<>(roles);
    boolean inOrder = roles.stream().sorted().toList().equals(roles);
    if (distinct.size() != roles.size() || !inOrder) {
      throw new IllegalArgumentException("roles must be listed once each, in the order of Role");
    }
    return distinct;
  }

  static void writeRoles(ObjectNode node, Set<Role> roles) {
    ArrayNode array = node.putArray("roles");
    roles.stream().sorted().forEach(role -> array.add(role.wireName()));
  }

  private ObjectNode unsigned() {
    return unsigned(profile, identityKey, csr, created);
  }

  private static ObjectNode unsigned(
      MemberProfile profile, IdentityKey identityKey, byte[] csr, Instant created) {
    ObjectNode node = CanonicalJson.object();
    node.put(Fields.TYPE, TYPE.label());
    node.put("id", profile.id().value());
    node.put("jurisdiction", profile.jurisdiction().code());
    node.put("country", profile.country().code());
    node.put("control", profile.controllingCountry().code());
    writeRoles(node, profile.roles());
    putOptional(node, "address", profile.address());
    putOptional(node, "logVkey", profile.logVkey());
    putOptional(node, "invitation", profile.invitationNonce());
    node.put("identityKey", identityKey.base64());
    node.put("csr", Base64.getEncoder().encodeToString(csr));
    node.put("created", created.toString());
    return node;
  }

  static void putOptional(ObjectNode node, String name, @Nullable Object value) {
    if (value != null) {
      node.put(name, value.toString());
    }
  }

  private static byte[] message(ObjectNode unsigned) {
    return TYPE.over(Sha256.of(CanonicalJson.bytes(unsigned)));
  }
}
