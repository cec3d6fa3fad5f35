// CODEMAP agent: starts the agent, wired by hand from its file. Start: Agent
/**
 * What runs beside a member's data. {@link org.concordat.agent.Agent} makes the ports of a process,
 * {@link org.concordat.agent.AgentCore} wires what decides. Arrows between the packages point down:
 *
 * <pre>
 *                      inbound             what the coordinator sends, by kind
 *                     /       \
 *             approval  witness \          answers to jobs · the audit log's heads, cosigned
 *                     \         \
 *                      round ────┘         what a member does of secure aggregation
 *                    /   |   \
 *               job   train   upload       consents · trainers · masked vectors on their way
 *              /   \     |
 *        report  policy  data              what is told · what is allowed · rows
 *           |        \   /
 *        session     site      work        the connection · rosters, keys · threads
 *                      |
 *                    stored                  the names in the store, kind by kind
 * </pre>
 *
 * <p>{@code sitelog} stands between a process' connection and all of it: it notes what is asked and
 * answered, and needs {@code session} and {@code upload} only.
 *
 * <p>{@code emergency} stands beside them: it ends the process, and needs none of them.
 */
@NullMarked
package org.concordat.agent;

import org.jspecify.annotations.NullMarked;
