package io.gobstopper.autoconfigure.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.gobstopper.error.DuplicateTaskNameException;

/**
 * Explains a {@link DuplicateTaskNameException}.
 */
class DuplicateTaskNameFailureAnalyzer extends AbstractFailureAnalyzer<DuplicateTaskNameException> {

	private static final String ACTION = "Give each @GobstopperTask a name of its own; aliases count as names.";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DuplicateTaskNameException cause) {
		return new FailureAnalysis(cause.getMessage(), ACTION, cause);
	}

}
