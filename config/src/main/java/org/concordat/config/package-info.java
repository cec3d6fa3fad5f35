// CODEMAP config: strict YAML, every mistake at once. Start: Section
/**
 * Strict YAML for everything people write: a {@link org.concordat.config.Section} reads typed
 * values with bounds and notes every mistake with file and line; {@link
 * org.concordat.config.Problems#throwIfAny} then reports all of them at once. Unknown keys are
 * mistakes.
 */
@NullMarked
package org.concordat.config;

import org.jspecify.annotations.NullMarked;
