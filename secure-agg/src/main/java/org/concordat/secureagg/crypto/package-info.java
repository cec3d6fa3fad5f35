// CODEMAP secureagg.crypto: the published primitives, and what is derived. Start: Derivation
/**
 * The published primitives as this protocol calls them: HKDF (RFC 5869), X25519 (RFC 7748) with
 * ML-KEM-768 (FIPS 203), AES-256-GCM (SP 800-38D), and what is derived from them: pair secrets, box
 * keys, commitments, mask keys.
 */
@NullMarked
package org.concordat.secureagg.crypto;

import org.jspecify.annotations.NullMarked;
