// CODEMAP coordinator.effect: what rounds make happen outside themselves. Start: RoundEffects
/**
 * What rounds make happen outside themselves. Each effect may come again and then does no more.
 *
 * <pre>
 * RoundEffects  from the outbox to who does it
 * RoundPost     what a member must be told of a round at that moment, and may fetch
 * Sums          the long computation, beside the mailbox; its outcome comes back as a message
 * Releases      whether a round may be summed up, and what is published of it
 * RoundEnd      what its end means for its job and its other cohorts
 * </pre>
 */
@NullMarked
package org.concordat.coordinator.effect;

import org.jspecify.annotations.NullMarked;
