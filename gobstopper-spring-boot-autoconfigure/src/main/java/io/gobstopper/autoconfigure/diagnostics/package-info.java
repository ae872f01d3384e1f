/**
 * Tells why an application does not start, and the way out.
 */
@NullMarked
package io.gobstopper.autoconfigure.diagnostics;

import org.jspecify.annotations.NullMarked;
