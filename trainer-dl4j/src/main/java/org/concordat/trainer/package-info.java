@NullMarked
package org.concordat.trainer;

import org.jspecify.annotations.NullMarked;
