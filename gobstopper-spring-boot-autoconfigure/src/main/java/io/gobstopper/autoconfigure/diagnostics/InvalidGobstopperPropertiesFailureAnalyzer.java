package io.gobstopper.autoconfigure.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains an {@link InvalidGobstopperPropertiesException}.
 */
class InvalidGobstopperPropertiesFailureAnalyzer extends AbstractFailureAnalyzer<InvalidGobstopperPropertiesException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidGobstopperPropertiesException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Correct the property; its name begins with '%s'.".formatted(cause.prefix()), cause);
	}

}
