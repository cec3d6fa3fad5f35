// CODEMAP store: durable state on SQLite or PostgreSQL. Start: Database
/**
 * Durable state of both applications, on SQLite (embedded) or PostgreSQL, behind one SQL.
 *
 * <ul>
 *   <li>{@link org.concordat.store.Database} opens, migrates and locks a store: one process at a
 *       time.
 *   <li>{@link org.concordat.store.EventStore}: a round's events and their outbox entries, one
 *       transaction.
 *   <li>{@link org.concordat.store.Outbox}: effects that run after the commit, idempotently.
 *   <li>{@link org.concordat.store.Entries}: plain tables (jobs, models, rosters; tokens at the
 *       agent) as kind, id and bytes, several changes in one transaction.
 *   <li>{@link org.concordat.store.Blobs}: content-addressed files, and uploads that grow part by
 *       part.
 * </ul>
 */
@NullMarked
package org.concordat.store;

import org.jspecify.annotations.NullMarked;
