// CODEMAP coordinator.audit: what goes into the signed log. Start: AuditTrail
/** What the coordinator writes into the signed log. */
@NullMarked
package org.concordat.coordinator.audit;

import org.jspecify.annotations.NullMarked;
