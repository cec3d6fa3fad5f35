// CODEMAP coordinator.combine: the combining kernel, pure. Start: Combiner
/**
 * The combining kernel: pure functions of uploads and a range of elements, so that they can run
 * anywhere.
 */
@NullMarked
package org.concordat.coordinator.combine;

import org.jspecify.annotations.NullMarked;
