// CODEMAP secureagg.message: the protocol's messages. Start: Task
/**
 * The protocol's messages: immutable records, each with its {@code TYPE}, one canonical encoding
 * and a bounded decoder that accepts nothing else. In the order of the protocol:
 *
 * <pre>
 * epoch   EpochStart → EpochKeys → KeySet → Parcel(ENCAPSULATIONS) → EncapsulationSet → Parcel(DEPOSIT)
 *         → DepositView…, DepositSet → DepositsChecked → Manifest → ManifestSignature → ManifestCertificate
 * dispute instead of DepositsChecked: Complaint with KeyOpening → OpeningRequest → KeyOpening → Dispute
 * round   Task → UploadCommitment | Decline → Survivors → SurvivorSignature → Certificate → Reveal
 *         (→ PairRevealRequest → PairReveal) → Result → StateSignature → Checkpoint
 * instead NonRevealRequest → NonReveal → NonRevealQuorum
 * lies    RoundEvidence, TwoStatements: what shows who lied, as Dispute does
 * </pre>
 *
 * <p>Messages of draws are in {@code cohorts.message}.
 */
@NullMarked
package org.concordat.secureagg.message;

import org.jspecify.annotations.NullMarked;
