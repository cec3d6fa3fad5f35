// CODEMAP coordinator.directory: the roster in force, and who is connected. Start: Directory
/**
 * Who belongs to the alliance now ({@link org.concordat.coordinator.directory.Directory}) and who
 * is connected ({@link org.concordat.coordinator.directory.Sessions}).
 */
@NullMarked
package org.concordat.coordinator.directory;

import org.jspecify.annotations.NullMarked;
