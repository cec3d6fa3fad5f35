// CODEMAP coordinator.upload: masked vectors on the disk. Start: Uploads
/**
 * Masked vectors on the disk, part by part, each with its Merkle tree: claimed by one stream at a
 * time, synced before they count, erased with their round.
 */
@NullMarked
package org.concordat.coordinator.upload;

import org.jspecify.annotations.NullMarked;
