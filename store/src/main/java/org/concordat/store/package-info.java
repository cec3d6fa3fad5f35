@NullMarked
package org.concordat.store;

import org.jspecify.annotations.NullMarked;
