// CODEMAP agent.site: who this site is: its rosters, signatures, first store. Start: Rosters
/**
 * Who this site is: the rosters it has verified, what it signs with, and the mark of its first
 * store.
 */
@NullMarked
package org.concordat.agent.site;

import org.jspecify.annotations.NullMarked;
