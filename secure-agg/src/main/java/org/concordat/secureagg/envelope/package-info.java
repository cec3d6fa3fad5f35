// CODEMAP secureagg.envelope: sealed messages, opened. Start: Inbox
/**
 * Sealed messages: {@link org.concordat.secureagg.envelope.Inbox} seals, and opens what was sealed:
 * signature, type, decoding, and that envelope and payload agree. It knows every message type,
 * those of draws too.
 */
@NullMarked
package org.concordat.secureagg.envelope;

import org.jspecify.annotations.NullMarked;
