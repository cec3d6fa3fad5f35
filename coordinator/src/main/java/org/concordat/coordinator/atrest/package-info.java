// CODEMAP coordinator.atrest: what lies on the disk is sealed, and who can open it. Start:
// ModelSeal
/**
 * Models, sums and records of rounds lie sealed. The coordinator's key opens them while it runs;
 * the holders that the agreement names open a model together when the coordinator is gone.
 */
@NullMarked
package org.concordat.coordinator.atrest;

import org.jspecify.annotations.NullMarked;
