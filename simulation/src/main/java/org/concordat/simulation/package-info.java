// CODEMAP simulation: a whole alliance in one thread, with seeded faults. Start: Simulation
/**
 * A whole alliance in one thread: the real coordinator's and the real agents' cores on a virtual
 * clock, with network, disk and trainers in memory, and faults drawn from a seed. A seed replays
 * exactly.
 *
 * <pre>
 * Simulation ── draws ──▶ Faults
 *     │ runs VirtualTime event by event
 *     ├── SimulatedCoordinator: CoordinatorCore over a MemoryDisk
 *     ├── SimulatedAgent × n:   AgentCore over a MemoryDisk, a VirtualLink, DirectCalls, a PureTrainer
 *     └── Watch: what must hold of every message, of the sums, of the log, and of the end
 * </pre>
 *
 * Start reading at {@link org.concordat.simulation.Simulation}.
 */
@org.jspecify.annotations.NullMarked
package org.concordat.simulation;
