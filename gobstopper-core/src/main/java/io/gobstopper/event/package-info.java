/**
 * What applications are told of tasks.
 */
@NullMarked
package io.gobstopper.event;

import org.jspecify.annotations.NullMarked;
