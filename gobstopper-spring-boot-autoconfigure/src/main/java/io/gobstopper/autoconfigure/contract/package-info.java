/**
 * Makes beans of the contracts of the application.
 */
@NullMarked
package io.gobstopper.autoconfigure.contract;

import org.jspecify.annotations.NullMarked;
