package org.concordat.coordinator.audit;

/**
 * Where the log is served to anybody, and what of it.
 *
 * @param port 0 lets the system pick; the port in use is written to {@code home/log-port}
 * @param entries whether entries are served too, and not only hashes and signed heads
 */
public record LogListen(String host, int port, boolean entries) {}
