@NullMarked
package org.concordat.protocol;

import org.jspecify.annotations.NullMarked;
