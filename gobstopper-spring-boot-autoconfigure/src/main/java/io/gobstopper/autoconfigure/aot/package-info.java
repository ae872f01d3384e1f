/**
 * What ahead-of-time processing and native images need to know.
 */
@NullMarked
package io.gobstopper.autoconfigure.aot;

import org.jspecify.annotations.NullMarked;
