// CODEMAP protocol.bundle: files across an air gap, verified as a whole. Start: BundleReader
/**
 * A bundle carries over an air gap what a session carries over a line. The file: sixteen bytes
 * {@code concordat-bundle}, the length of the signed header as a 32-bit big-endian number, the
 * header (a {@code SignedEnvelope} of a {@code BundleHeader}), then items, each behind its length.
 * The header has the SHA-256 of all that follows it, so that one signature covers the file. What
 * the coordinator makes is sealed to its member (HPKE, RFC 9180), item by item.
 */
@NullMarked
package org.concordat.protocol.bundle;

import org.jspecify.annotations.NullMarked;
