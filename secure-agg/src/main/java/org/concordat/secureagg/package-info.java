@NullMarked
package org.concordat.secureagg;

import org.jspecify.annotations.NullMarked;
