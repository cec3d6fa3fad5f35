// CODEMAP agent.sitelog: what the coordinator asked and this site answered. Start: SiteLog
/** This site's own log of what the coordinator asked of it, and of what it answered. */
@NullMarked
package org.concordat.agent.sitelog;

import org.jspecify.annotations.NullMarked;
