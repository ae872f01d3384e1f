package io.gobstopper.autoconfigure.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.gobstopper.error.InvalidTaskHandlerException;

/**
 * Explains an {@link InvalidTaskHandlerException}.
 */
class InvalidTaskHandlerFailureAnalyzer extends AbstractFailureAnalyzer<InvalidTaskHandlerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidTaskHandlerException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Change the method, its annotations or the property as described, or remove the annotation.", cause);
	}

}
