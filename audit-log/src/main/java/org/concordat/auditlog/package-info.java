// CODEMAP auditlog: the signed Merkle log in C2SP formats. Start: AuditLog
/**
 * An append-only signed Merkle log in the C2SP formats, so that tools we did not write can verify
 * it.
 *
 * <p>Hashing is RFC 6962 §2.1 with SHA-256. A log is a folder of plain files: {@code checkpoint} (a
 * signed note, <a href="https://c2sp.org/tlog-checkpoint">tlog-checkpoint</a>), {@code
 * tile/<L>/<N>[.p/<W>]} and {@code tile/entries/<N>[.p/<W>]} (<a
 * href="https://c2sp.org/tlog-tiles">tlog-tiles</a>), {@code log.vkey} (the public key, for
 * convenience only: verifiers bring their own), an empty {@code .lock} and, while a writer runs,
 * its {@code journal}.
 *
 * <p>{@link org.concordat.auditlog.AuditLog} writes, {@link org.concordat.auditlog.AuditVerifier}
 * checks a copied folder whole, {@link org.concordat.auditlog.AuditQuery} searches one, {@link
 * org.concordat.auditlog.LogFolder} gives out single entries, {@link
 * org.concordat.auditlog.TlogProof} carries the proof of one, {@link
 * org.concordat.auditlog.ServedLog} reads one from a server. Members cosign its heads ({@link
 * org.concordat.auditlog.Cosignature}, {@link org.concordat.auditlog.WitnessedHead}); {@link
 * org.concordat.auditlog.WitnessPolicy} says whose cosignatures somebody demands. Entries are
 * {@link org.concordat.auditlog.AuditEntry}: canonical JSON without personal data.
 */
@NullMarked
package org.concordat.auditlog;

import org.jspecify.annotations.NullMarked;
