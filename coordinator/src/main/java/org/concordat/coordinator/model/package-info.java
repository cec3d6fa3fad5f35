// CODEMAP coordinator.model: which models were published. Start: ModelRegistry
/** The model registry: which models a job has published, and where their bytes are. */
@NullMarked
package org.concordat.coordinator.model;

import org.jspecify.annotations.NullMarked;
