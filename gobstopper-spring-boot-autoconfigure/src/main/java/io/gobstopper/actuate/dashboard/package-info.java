/**
 * Serves the dashboard and guards the paths of the endpoint.
 */
@NullMarked
package io.gobstopper.actuate.dashboard;

import org.jspecify.annotations.NullMarked;
