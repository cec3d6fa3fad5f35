package org.concordat.auditlog;

/**
 * An entry with its place.
 *
 * @param index its index in the log, from 0
 * @param entry its content
 */
public record LoggedEntry(long index, AuditEntry entry) {}
