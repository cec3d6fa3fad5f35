@NullMarked
package org.concordat.auditlog;

import org.jspecify.annotations.NullMarked;
