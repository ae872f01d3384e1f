package io.gobstopper.actuate.description;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What a write operation did.
 *
 * @param action the action
 * @param matching how many tasks or categories it is about
 * @param changed how many it changed, 0 if it was only tried
 * @param asOf when they were counted; given with the change that follows a dry run, it
 * leaves out what was created, completed or queued again since
 * @param doneAt when the last of them was changed
 * @param example the newest of the tasks, of a dry run
 */
public record ChangeDescriptor(String action, long matching, long changed, @Nullable String asOf,
		@Nullable Instant doneAt, @Nullable ExampleDescriptor example) implements OperationResponseBody {

	public static ChangeDescriptor ofOne(String action) {
		return new ChangeDescriptor(action, 1, 1, null, null, null);
	}

	/**
	 * One of the tasks.
	 *
	 * @param id its id
	 * @param name its name
	 * @param category its category
	 */
	public record ExampleDescriptor(String id, String name, String category) {

	}

}
