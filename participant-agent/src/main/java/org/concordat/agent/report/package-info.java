// CODEMAP agent.report: what people are told: status file, alarms, the operator. Start: Reports
/** What is told of this site: to its own people in a file, to the operator over the session. */
@NullMarked
package org.concordat.agent.report;

import org.jspecify.annotations.NullMarked;
