@NullMarked
package org.concordat.learning;

import org.jspecify.annotations.NullMarked;
