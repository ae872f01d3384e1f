/**
 * What applications import: the annotation, the queue, and the values they exchange.
 */
@NullMarked
package io.gobstopper;

import org.jspecify.annotations.NullMarked;
