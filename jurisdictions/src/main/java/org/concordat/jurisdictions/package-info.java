@NullMarked
package org.concordat.jurisdictions;

import org.jspecify.annotations.NullMarked;
