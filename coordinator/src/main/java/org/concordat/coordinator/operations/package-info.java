// CODEMAP coordinator.operations: what operators and auditors call. Start: OperationsService
/** What operators, auditors and member administrators call from the command line. */
@NullMarked
package org.concordat.coordinator.operations;

import org.jspecify.annotations.NullMarked;
