// CODEMAP jurisdictions.page: a policy as a page that people read. Start: PolicyPage
/**
 * Renders a policy, or one decision of it, as text and as HTML that needs nothing else.
 *
 * <pre>
 *   Policy, remarks -> PolicyPage -> Page -> TextPage, HtmlPage
 * </pre>
 */
@NullMarked
package org.concordat.jurisdictions.page;

import org.jspecify.annotations.NullMarked;
