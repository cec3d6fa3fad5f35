// CODEMAP agent.session: the one outbound connection, and what is fetched. Start: Link
/** The one outbound connection: a session that is kept open, and fetched blobs. */
@NullMarked
package org.concordat.agent.session;

import org.jspecify.annotations.NullMarked;
