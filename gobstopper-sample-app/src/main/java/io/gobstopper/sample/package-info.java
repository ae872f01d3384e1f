/**
 * A web application whose slow work runs in the background: CSV imports, thumbnails and
 * mails.
 */
@NullMarked
package io.gobstopper.sample;

import org.jspecify.annotations.NullMarked;
