// CODEMAP coordinator.directory: the roster in force, and signing under it. Start: Directory
/**
 * Who belongs to the alliance now ({@link org.concordat.coordinator.directory.Directory}), and
 * envelopes that are signed and opened with its keys.
 */
@NullMarked
package org.concordat.coordinator.directory;

import org.jspecify.annotations.NullMarked;
