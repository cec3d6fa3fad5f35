// CODEMAP secureagg.member: the member's state machine. Start: Member
/**
 * The member's side: {@link org.concordat.secureagg.member.Member}, a state machine over a durable
 * map of keys, and what it returns, {@link org.concordat.secureagg.step.Step}s of {@link
 * org.concordat.secureagg.step.Action}s (make durable, then send) and {@link
 * org.concordat.secureagg.step.Notice}s.
 *
 * <pre>
 * Epoch 1      EpochOpening     EpochStart → EpochKeys
 * Epoch 2      KeyExchange      KeySet → encapsulations; EncapsulationSet → all pair keys
 * Epoch 3      Dealing          → deposit
 * Epoch 4      DepositChecking  DepositView…, DepositSet → DepositsChecked, or
 *              Complaining      → Complaint + KeyOpening; OpeningRequest → KeyOpening; Dispute → verdict
 *              EpochClosing     Manifest → erase, then ManifestSignature; ManifestCertificate
 * A round      Tasks, Protecting, Certifying, Voiding, Agreeing
 * </pre>
 *
 * <p>Opening keys and signing the manifest of one epoch number exclude each other for good.
 */
@NullMarked
package org.concordat.secureagg.member;

import org.jspecify.annotations.NullMarked;
