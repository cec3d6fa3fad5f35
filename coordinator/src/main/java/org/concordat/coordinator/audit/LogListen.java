package org.concordat.coordinator.audit;

import java.net.InetSocketAddress;

/**
 * Where the log is served to anybody, and what of it.
 *
 * @param address port 0 lets the system pick; the one in use is written to {@code home/log-port}
 * @param entries whether entries are served too, and not only hashes and signed heads
 */
public record LogListen(InetSocketAddress address, boolean entries) {}
