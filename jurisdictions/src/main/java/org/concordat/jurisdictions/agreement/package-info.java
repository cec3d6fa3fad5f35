// CODEMAP jurisdictions.agreement: the alliance agreement as data, and as ODRL. Start: Agreement
/**
 * What the members agreed on beside the policy: who they are, how they are partners, whose the
 * models are, who may do what with them for which purpose, who answers for damage, and what follows
 * when one leaves. A policy says what may move where; an agreement says whose it is then.
 *
 * <pre>
 *   bytes -> AgreementReader -> Agreement -> AgreementJson -> digest
 *                                         -> AgreementText (sentences), AgreementChanges (diff)
 *                                         -> Odrl (JSON-LD)
 * </pre>
 *
 * <p>No clock, no I/O. What is not granted is refused. The format is described in {@code
 * docs/agreement.md}.
 */
@NullMarked
package org.concordat.jurisdictions.agreement;

import org.jspecify.annotations.NullMarked;
