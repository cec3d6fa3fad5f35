// CODEMAP coordinator.region: the coordinator's side of regional aggregators. Start: RegionCalls
/**
 * The coordinator's side of regional aggregators: their sessions, what they are told of rounds, and
 * what comes from them in place of their members' updates.
 *
 * <pre>
 *  agents ──y──▶ aggregator ──RegionHolds──▶ RegionCalls ─▶ RoundMessages.heldBy ─▶ the round
 *                    ▲                           │
 *                    └── RegionTask, Certificate ┘ RegionPost
 *                    └──── one partial sum ─────▶ UploadReceiver ─▶ PartialDesk ─▶ the round
 * </pre>
 */
@NullMarked
package org.concordat.coordinator.region;

import org.jspecify.annotations.NullMarked;
