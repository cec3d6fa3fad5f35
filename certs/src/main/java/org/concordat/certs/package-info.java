// CODEMAP certs: keys, certificates, roster, genesis. Start: Roster
/**
 * The alliance's keys, certificates and roster.
 *
 * <p>The trust anchor is the {@link org.concordat.certs.Roster} that a quorum of member agents
 * signed, not a certificate chain alone, and no certificate authority is online.
 *
 * <pre>
 *  at each site            ParticipantKeys --> MemberRequest --.
 *  alliance init           OfflineCa.create --> draftGenesis ◀-'   (root, jurisdiction CAs, member CAs)
 *  at each founder         GenesisDraft.sign --> MemberSignature
 *  alliance init           GenesisDraft.seal --> Genesis            the file that everyone pins
 *
 *  later member            Invitation --> MemberRequest --> Roster.joined (deterministic next roster)
 *  at k members            Roster.approve --> MemberSignature       approval = roster signature
 *  everywhere              RosterChain.append(SignedRoster)         genesis --> latest
 *  offline                 OfflineCa.issue --> MemberChain          only after the quorum
 *
 *  at each site, daily     LeafIssuer --> TlsIdentity --> X509ExtendedKeyManager
 *  at each handshake       AllianceTrustManager: PKIX, exact chain, leaf profile, roster in force
 *  at each call            PeerIdentity.requireListed(roster in force)
 * </pre>
 *
 * Chain: root, jurisdiction CA, member CA (RFC 5280 name constraints on both), leaf. Documents are
 * canonical JSON (RFC 8785); what is signed is {@link org.concordat.certs.SignatureContext} over
 * their SHA-256 digest, with Ed25519 (RFC 8032).
 */
@NullMarked
package org.concordat.certs;

import org.jspecify.annotations.NullMarked;
