package io.gobstopper.handler;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.gobstopper.error.UnreadableTaskException;

/**
 * Says why stored tasks cannot be run by the handlers of this application, without any of
 * their values. Nothing is run. Safe for use by several threads.
 */
public final class HandlerFit {

	private static final int MOST_EDITS = 3;

	private final TaskHandlers handlers;

	/**
	 * Creates it.
	 * @param handlers what can be run
	 */
	public HandlerFit(TaskHandlers handlers) {
		this.handlers = handlers;
	}

	/**
	 * Returns what is wrong with a task.
	 * @param name the name of the task
	 * @param arguments its stored arguments
	 * @return what it has, such as "no handler", or {@code null} if it can be run
	 */
	public @Nullable String misfit(String name, EncodedArguments arguments) {
		String missing = missing(name);
		return (missing != null) ? missing : unreadable(name, arguments);
	}

	/**
	 * Returns what is wrong with all tasks of a name.
	 * @param name the name
	 * @return "no handler", and which one has a similar name, or {@code null} if there is
	 * one
	 */
	public @Nullable String missing(String name) {
		if (this.handlers.find(name) != null) {
			return null;
		}
		String nearest = nearest(name);
		return (nearest != null) ? "no handler; one is named '%s'".formatted(nearest) : "no handler";
	}

	private @Nullable String unreadable(String name, EncodedArguments arguments) {
		try {
			Objects.requireNonNull(this.handlers.find(name)).decode(arguments);
			return null;
		}
		catch (UnreadableTaskException ex) {
			return "arguments that cannot be read: " + ex.getMessage();
		}
	}

	private @Nullable String nearest(String name) {
		String nearest = null;
		int fewest = MOST_EDITS + 1;
		for (String known : this.handlers.names()) {
			int edits = edits(name, known);
			if (edits < fewest) {
				nearest = known;
				fewest = edits;
			}
		}
		return nearest;
	}

	// The distance of Levenshtein.
	private static int edits(String from, String to) {
		int[] row = new int[to.length() + 1];
		for (int j = 0; j < row.length; j++) {
			row[j] = j;
		}
		for (int i = 1; i <= from.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j < row.length; j++) {
				int substituted = diagonal + ((from.charAt(i - 1) != to.charAt(j - 1)) ? 1 : 0);
				diagonal = row[j];
				row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
			}
		}
		return row[to.length()];
	}

}
