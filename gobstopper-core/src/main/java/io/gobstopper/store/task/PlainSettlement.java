package io.gobstopper.store.task;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * The end of an attempt in ASCII, for a database that cannot store the texts as they are,
 * such as one with the encoding LATIN1: results stay the same JSON, with escape
 * sequences, and other characters of messages and traces become question marks.
 */
public final class PlainSettlement {

	private static final Pattern NOT_ASCII = Pattern.compile("[^\\x00-\\x7f]");

	private PlainSettlement() {
	}

	/**
	 * Returns whether a write fails however often it is repeated: because of what is to
	 * be stored.
	 * @param failure what it threw
	 * @return whether it does
	 */
	public static boolean mayHelpAgainst(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof DataIntegrityViolationException) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns the same end with plain texts.
	 * @param settlement the end
	 * @return the end in ASCII
	 */
	public static Settlement of(Settlement settlement) {
		return changed(settlement, PlainSettlement::escaped, PlainSettlement::plain);
	}

	/**
	 * Returns the same end with no texts but one that says so.
	 * @param settlement the end
	 * @return the end without result, message and trace
	 */
	public static Settlement withoutTexts(Settlement settlement) {
		return changed(settlement, (json) -> null, (text) -> "The text could not be stored");
	}

	/**
	 * Returns a text in ASCII.
	 * @param text the text
	 * @return the text with question marks for all else
	 */
	public static String plain(String text) {
		return NOT_ASCII.matcher(text).replaceAll("?");
	}

	private static String escaped(String json) {
		StringBuilder escaped = new StringBuilder(json.length());
		json.chars().forEach((character) -> {
			if (character < 0x80) {
				escaped.append((char) character);
			}
			else {
				escaped.append("\\u%04x".formatted(character));
			}
		});
		return escaped.toString();
	}

	private static Settlement changed(Settlement settlement, Json json, UnaryOperator<String> text) {
		StoredTask task = settlement.task();
		TaskState state = task.state();
		TaskOutcome outcome = state.outcome();
		String result = outcome.result();
		TaskOutcome plain = new TaskOutcome(outcome.completedAt(), outcome.elapsedSeconds(),
				(result != null) ? json.change(result) : null, error(outcome.error(), text), outcome.node());
		TaskProgress progress = state.progress().message().isEmpty() ? state.progress()
				: new TaskProgress(state.progress().percent(), text.apply(state.progress().message()));
		StoredTask changed = new StoredTask(task.seq(), task.details(), new TaskState(state.status(), state.dueAt(),
				state.startedAt(), state.counts(), progress, state.lease(), plain, state.cancelRequested()));
		return new Settlement(settlement.fence(), changed, attempt(settlement.attempt(), text));
	}

	private static @Nullable StoredAttempt attempt(@Nullable StoredAttempt attempt, UnaryOperator<String> text) {
		return (attempt != null) ? new StoredAttempt(attempt.taskId(), attempt.number(), attempt.outcome(),
				attempt.dueAt(), attempt.startedAt(), attempt.endedAt(), attempt.node(), error(attempt.error(), text))
				: null;
	}

	private static @Nullable TaskError error(@Nullable TaskError error, UnaryOperator<String> text) {
		if (error == null) {
			return null;
		}
		String trace = error.trace();
		return new TaskError(error.type(), text.apply(error.message()), (trace != null) ? text.apply(trace) : null);
	}

	/**
	 * Changes JSON.
	 */
	private interface Json {

		@Nullable String change(String json);

	}

}
