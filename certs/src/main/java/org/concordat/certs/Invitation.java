package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * An invitation to ask for membership, signed by a member-admin's identity key. It admits nobody by
 * itself: the request that answers it still needs the quorum's approvals.
 *
 * @param genesis digest of the alliance's genesis, so that it is worth nothing elsewhere
 * @param nonce 32 lower-case hexadecimal digits, repeated in the request
 * @param expires to the second
 * @param signature by a member with the role member-admin
 */
public record Invitation(
    Sha256 genesis,
    MemberId invitee,
    Jurisdiction jurisdiction,
    String nonce,
    Instant expires,
    MemberSignature signature) {
  private static final SignatureContext TYPE = SignatureContext.INVITATION;
  private static final Pattern NONCE = Pattern.compile("[0-9a-f]{32}");
  private static final int NONCE_BYTES = 16;

  /** Longest time an invitation may stand. */
  public static final Duration MAX_VALIDITY = Duration.ofDays(90);

  public Invitation {
    requireNonce(nonce);
  }

  /**
   * @throws InvalidInvitationException when {@code validity} is not within 0 to {@link
   *     #MAX_VALIDITY}
   */
  public static Invitation make(
      Sha256 genesis,
      MemberId issuer,
      ParticipantKeys issuerKeys,
      MemberId invitee,
      Jurisdiction jurisdiction,
      Duration validity,
      Clock clock) {
    if (validity.isNegative() || validity.isZero() || validity.compareTo(MAX_VALIDITY) > 0) {
      throw new InvalidInvitationException(
          "validity must be above zero and at most " + MAX_VALIDITY + ", not " + validity);
    }
    byte[] random = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(random);
    String nonce = HexFormat.of().formatHex(random);
    Instant expires = clock.instant().plus(validity).truncatedTo(ChronoUnit.SECONDS);
    Sha256 digest = digest(unsigned(genesis, issuer, invitee, jurisdiction, nonce, expires));
    MemberSignature signature = MemberSignature.make(issuer, issuerKeys, TYPE, digest);
    return new Invitation(genesis, invitee, jurisdiction, nonce, expires, signature);
  }

  /**
   * @throws MalformedDocumentException when it is not an invitation in canonical JSON
   */
  public static Invitation parse(byte[] canonicalJson) {
    return CanonicalJson.parse(TYPE, canonicalJson).read(Invitation::read);
  }

  /** Canonical JSON. */
  public byte[] toBytes() {
    ObjectNode node = unsigned();
    node.put("signature", signature.base64());
    return CanonicalJson.bytes(node);
  }

  /**
   * Checks that this invitation holds now, under the roster in force.
   *
   * @throws InvalidInvitationException when it is for another alliance, has expired, or its issuer
   *     is no member-admin of {@code roster} or did not sign it
   */
  public void requireValid(Sha256 ownGenesis, Roster roster, Instant now) {
    if (!genesis.equals(ownGenesis)) {
      throw new InvalidInvitationException("it is of another alliance, genesis " + genesis);
    }
    if (!now.isBefore(expires)) {
      throw new InvalidInvitationException("it expired at " + expires + "; ask for a new one");
    }
    RosterEntry issuer =
        roster
            .find(signature.member())
            .filter(entry -> entry.roles().contains(Role.MEMBER_ADMIN))
            .filter(entry -> roster.findSuspended(entry.id()).isEmpty())
            .orElseThrow(
                () ->
                    new InvalidInvitationException(
                        signature.member() + " has no role member-admin in the roster in force"));
    if (!issuer.identityKey().verify(TYPE.over(digest(unsigned())), signature.bytes())) {
      throw new InvalidInvitationException("the signature of " + issuer.id() + " does not verify");
    }
  }

  /**
   * {@link #requireValid}, and {@code request} answers exactly this invitation. Whoever admits also
   * remembers nonces and request digests that were used.
   *
   * @throws InvalidInvitationException as {@link #requireValid}
   * @throws InvalidRequestException when id, jurisdiction or nonce differ
   */
  public void requireAdmits(MemberRequest request, Sha256 ownGenesis, Roster roster, Instant now) {
    requireValid(ownGenesis, roster, now);
    MemberProfile profile = request.profile();
    if (!invitee.equals(profile.id()) || !jurisdiction.equals(profile.jurisdiction())) {
      throw new InvalidRequestException(
          profile.id(), "the invitation is for " + invitee + " in " + jurisdiction);
    }
    if (!nonce.equals(profile.invitationNonce())) {
      throw new InvalidRequestException(
          profile.id(), "it does not repeat the invitation's nonce; make it from the invitation");
    }
  }

  static void requireNonce(String nonce) {
    if (!NONCE.matcher(nonce).matches()) {
      throw new IllegalArgumentException(
          "an invitation nonce is 32 lower-case hexadecimal digits: " + Quoted.text(nonce));
    }
  }

  private static Invitation read(Fields fields) {
    return new Invitation(
        fields.value("genesis", Sha256::new),
        fields.value("invitee", MemberId::new),
        fields.value("jurisdiction", Jurisdiction::new),
        fields.text("nonce"),
        fields.value("expires", Instant::parse),
        new MemberSignature(fields.value("issuer", MemberId::new), fields.text("signature")));
  }

  private ObjectNode unsigned() {
    return unsigned(genesis, signature.member(), invitee, jurisdiction, nonce, expires);
  }

  private static ObjectNode unsigned(
      Sha256 genesis,
      MemberId issuer,
      MemberId invitee,
      Jurisdiction jurisdiction,
      String nonce,
      Instant expires) {
    return CanonicalJson.object()
        .put(Fields.TYPE, TYPE.label())
        .put("genesis", genesis.hex())
        .put("issuer", issuer.value())
        .put("invitee", invitee.value())
        .put("jurisdiction", jurisdiction.code())
        .put("nonce", nonce)
        .put("expires", expires.toString());
  }

  private static Sha256 digest(ObjectNode unsigned) {
    return Sha256.of(CanonicalJson.bytes(unsigned));
  }
}
