@NullMarked
package org.concordat.certs;

import org.jspecify.annotations.NullMarked;
