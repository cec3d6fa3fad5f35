@NullMarked
package org.concordat.agent;

import org.jspecify.annotations.NullMarked;
