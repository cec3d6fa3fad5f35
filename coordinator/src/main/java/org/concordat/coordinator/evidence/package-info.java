// CODEMAP coordinator.evidence: what a released round is checked with. Start: Evidence
/**
 * What a released round can be checked with, for the members' spot checks before they sign and for
 * {@code round verify} afterwards: the record, the sum, and leaves of the survivors' uploads where
 * the policy lets the caller hold them. Kept for the last rounds only.
 */
@NullMarked
package org.concordat.coordinator.evidence;

import org.jspecify.annotations.NullMarked;
