package io.gobstopper.handler;

import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Says why a value cannot be read or written as JSON, without the value: messages end up
 * in logs, and values may be confidential.
 */
public final class ValueMismatch {

	private ValueMismatch() {
	}

	/**
	 * Describes a failure.
	 * @param failure what Jackson or a constructor that it called threw
	 * @return the kind of the failure and the type that did not fit
	 */
	public static String describe(Throwable failure) {
		String kind = failure.getClass().getSimpleName();
		if (failure instanceof UnrecognizedPropertyException unknown) {
			return "there is a property that %s does not have (%s)".formatted(unknown.getReferringClass().getName(),
					kind);
		}
		if (failure instanceof InvalidDefinitionException undefined) {
			return "%s has no form as JSON (%s)".formatted(undefined.getType(), kind);
		}
		if (failure instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
			return "there is something that cannot be read as %s (%s)".formatted(mismatch.getTargetType().getName(),
					kind);
		}
		return kind;
	}

}
