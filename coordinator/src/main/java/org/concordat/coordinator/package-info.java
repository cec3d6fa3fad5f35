// CODEMAP coordinator: the program, and how its rooms are joined. Start: CoordinatorCore
/**
 * The coordinator, as a program: {@link org.concordat.coordinator.CoordinatorConfig} reads its
 * file, {@link org.concordat.coordinator.Coordinator} opens stores and port, {@link
 * org.concordat.coordinator.CoordinatorCore} joins everything that decides. Nothing below knows of
 * this package; arrows between the rooms go down only.
 *
 * <pre>
 * gateway   what agents send                  operations  what operators and auditors ask
 *      │                                            │
 * effect    what rounds make happen           calls       answers, and the calls about evidence
 *      │
 * schedule  which round a job needs next, and when
 *      │
 * evidence  what a released round is checked with
 *      │
 * round     a round as a fold over its events ── combine
 *      │
 * job       ── model        epoch             upload
 *      │                      │
 * witness   the log's heads, cosigned          │
 *      │                                       │
 * audit     directory       session           mailbox, access
 *      └─────────┴────── stored                   the names in the store, kind by kind
 * </pre>
 */
@NullMarked
package org.concordat.coordinator;

import org.jspecify.annotations.NullMarked;
