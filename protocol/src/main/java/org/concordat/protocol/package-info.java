// CODEMAP protocol: how messages look and travel. Start: Envelopes
/**
 * How messages look and travel.
 *
 * <ul>
 *   <li>{@code src/main/protobuf}: the wire contract; the error table stands in {@code README.md}
 *       beside it.
 *   <li>{@link org.concordat.protocol.Envelopes}: whatever is signed is signed here, as opaque
 *       bytes.
 *   <li>{@link org.concordat.protocol.TlsChannels}: TLS 1.3, both sides authenticated, never
 *       resumed; {@link org.concordat.protocol.ServerChain} keeps what a server presented.
 *   <li>{@link org.concordat.protocol.Limit}: every limit of the coordinator's port in one table;
 *       {@link org.concordat.protocol.PeerConnections} holds those of connections.
 *   <li>{@link org.concordat.protocol.HealthPort}: whether a program is ready, over plain HTTP.
 *   <li>{@link org.concordat.protocol.ReadyWriter}: back-pressured streams of parts.
 *   <li>{@link org.concordat.protocol.Frames} and {@link org.concordat.protocol.FloatVectors}: the
 *       local trainer protocol's framing and its flat vectors.
 * </ul>
 */
@NullMarked
package org.concordat.protocol;

import org.jspecify.annotations.NullMarked;
