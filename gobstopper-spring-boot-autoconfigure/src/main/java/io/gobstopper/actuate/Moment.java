package io.gobstopper.actuate;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import io.gobstopper.TaskQuery;
import io.gobstopper.store.PageCursor;

/**
 * When tasks were counted: what was created, completed or queued again since is left out
 * of a change.
 *
 * @param at the time
 * @param place the end of the queue then, {@code null} if it is not known
 */
record Moment(Instant at, @Nullable String place) {

	private static final char SEPARATOR = '/';

	static Moment parse(String text) {
		int separator = text.indexOf(SEPARATOR);
		try {
			if (separator < 0) {
				return new Moment(OffsetDateTime.parse(text).toInstant(), null);
			}
			String place = text.substring(separator + 1);
			PageCursor.parse(place);
			return new Moment(Instant.parse(text.substring(0, separator)), place);
		}
		catch (DateTimeException | IllegalArgumentException ex) {
			throw new InvalidEndpointRequestException(
					"'asOf' must be what a dry run told, or a time such as 2026-01-31T12:00:00Z", null, ex);
		}
	}

	TaskQuery applyTo(TaskQuery query) {
		return query.asOf(this.at).after(this.place);
	}

	@Override
	public String toString() {
		return (this.place != null) ? this.at.toString() + SEPARATOR + this.place : this.at.toString();
	}

}
