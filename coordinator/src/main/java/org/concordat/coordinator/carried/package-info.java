// CODEMAP coordinator.carried: members across an air gap, served by files. Start: CarriedCalls
/**
 * Members that no line reaches. Each has a session like any other's, only that what it says comes
 * out of files, and what it is told goes into one.
 *
 * <pre>
 *   file of the member -> BundleImport -> CarriedSessions -> SessionCalls, UploadCalls
 *   CarriedSessions (told anew) -> BundleExport -> file for the member
 * </pre>
 */
@NullMarked
package org.concordat.coordinator.carried;

import org.jspecify.annotations.NullMarked;
