// CODEMAP coordinator.calls: answers to callers, and the calls about evidence. Start: Answers
/**
 * How calls are answered: failures as statuses, in one place, and the calls about evidence, which
 * agents and people make alike.
 */
@NullMarked
package org.concordat.coordinator.calls;

import org.jspecify.annotations.NullMarked;
