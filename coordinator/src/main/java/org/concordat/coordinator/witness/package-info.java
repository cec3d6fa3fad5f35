// CODEMAP coordinator.witness: members cosign the audit log's heads. Start: Witnesses
/**
 * The members as witnesses of the audit log: each is shown its heads with a proof that they extend
 * what it saw before, and what they cosign lies beside the log for auditors.
 */
@NullMarked
package org.concordat.coordinator.witness;

import org.jspecify.annotations.NullMarked;
