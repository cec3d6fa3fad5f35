// CODEMAP coordinator.operations: what operators and auditors call. Start: OperationsService
/**
 * What operators, auditors and member administrators call from the command line: {@link
 * org.concordat.coordinator.operations.OperationsService} hands each call to the class of its kind
 * ({@code JobCalls}, {@code ModelCalls}, {@code MemberCalls}, {@code AuditCalls}).
 */
@NullMarked
package org.concordat.coordinator.operations;

import org.jspecify.annotations.NullMarked;
