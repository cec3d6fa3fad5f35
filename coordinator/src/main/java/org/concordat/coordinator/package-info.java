@NullMarked
package org.concordat.coordinator;

import org.jspecify.annotations.NullMarked;
