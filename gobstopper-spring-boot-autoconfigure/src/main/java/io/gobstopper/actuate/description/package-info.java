/**
 * The answers of the endpoint.
 */
@NullMarked
package io.gobstopper.actuate.description;

import org.jspecify.annotations.NullMarked;
