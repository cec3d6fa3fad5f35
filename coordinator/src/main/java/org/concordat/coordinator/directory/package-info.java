// CODEMAP coordinator.directory: the roster in force, and signing under it. Start: Directory
/**
 * Who belongs to the alliance now ({@link org.concordat.coordinator.directory.Directory}), and
 * envelopes that are signed and opened with its keys.
 *
 * <pre>
 * Directory     the chain of rosters; takes invitations, approvals, leavings
 * Standing      who is a member, and why somebody is none
 * ChangeRules   which changes may be proposed, and approved by whom
 * Proposals     what waits for signatures
 * Exits         leavings that no roster follows yet
 * </pre>
 */
@NullMarked
package org.concordat.coordinator.directory;

import org.jspecify.annotations.NullMarked;
