package io.gobstopper.autoconfigure.aot;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.SpringProperties;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches while code is generated ahead of time: what the properties of the process that
 * will run it are is not known then.
 */
final class OnAotProcessing implements Condition {

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		return SpringProperties.getFlag(AbstractAotProcessor.AOT_PROCESSING);
	}

}
