@NullMarked
package org.concordat.iam;

import org.jspecify.annotations.NullMarked;
