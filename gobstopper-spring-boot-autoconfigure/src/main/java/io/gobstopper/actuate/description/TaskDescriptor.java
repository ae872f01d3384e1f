package io.gobstopper.actuate.description;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskAttempt;
import io.gobstopper.TaskInfo;

/**
 * The whole life of a task.
 *
 * @param task the task
 * @param exact its values with all digits of their numbers
 * @param attempts its attempts, oldest first
 * @param run its attempt while it runs, else {@code null}
 * @param valuesShown whether arguments, results and errors are shown
 * @param changesAllowed whether the user may change tasks
 */
public record TaskDescriptor(TaskInfo task, ExactValues exact, List<TaskAttempt> attempts, @Nullable RunDescriptor run,
		boolean valuesShown, boolean changesAllowed) implements OperationResponseBody {

	/**
	 * Values as JSON text, for readers whose numbers have fewer digits.
	 *
	 * @param args the positional arguments
	 * @param kwargs the arguments by name
	 * @param result the result, {@code null} if there is none
	 */
	public record ExactValues(String args, String kwargs, @Nullable String result) {

		private static final JsonMapper MAPPER = JsonMapper.builder()
			.enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
			.build();

		public static ExactValues of(TaskInfo task) {
			return new ExactValues(text(task.args()), text(task.kwargs()),
					(task.result() != null) ? text(task.result()) : null);
		}

		static String text(Object value) {
			return MAPPER.writeValueAsString(value);
		}

	}

	/**
	 * An attempt that runs.
	 *
	 * @param here whether it runs in the process that was asked, so that its stack can be
	 * asked for
	 * @param claimedAhead whether that process has claimed it and not begun it yet
	 * @param timeoutSeconds its longest run time, {@code null} if there is none or this
	 * process has no handler for it
	 */
	public record RunDescriptor(boolean here, boolean claimedAhead, @Nullable Double timeoutSeconds) {

	}

}
