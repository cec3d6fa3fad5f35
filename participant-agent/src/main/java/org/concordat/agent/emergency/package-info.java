// CODEMAP agent.emergency: the stop that needs no network. Start: EmergencyStop
/**
 * A file in the agent's home that ends the agent at once, and keeps it ended until a person takes
 * the file away.
 */
@NullMarked
package org.concordat.agent.emergency;

import org.jspecify.annotations.NullMarked;
