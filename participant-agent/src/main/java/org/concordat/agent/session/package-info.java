/** The one outbound connection: a session that is kept open, and fetched blobs. */
@NullMarked
package org.concordat.agent.session;

import org.jspecify.annotations.NullMarked;
