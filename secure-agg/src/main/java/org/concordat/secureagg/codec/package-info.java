// CODEMAP secureagg.codec: the canonical bounded codec. Start: ByteWriter
/**
 * The small deterministic codec of the protocol's messages: fixed-width big-endian integers and
 * length-prefixed byte strings, one encoding per value, every length bounded before anything is
 * allocated.
 *
 * <p>Why not protobuf: protocol digests and mask derivation need one byte string per message,
 * protobuf promises no canonical encoding, and this module is to stay free of generated code.
 */
@NullMarked
package org.concordat.secureagg.codec;

import org.jspecify.annotations.NullMarked;
