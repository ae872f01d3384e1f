package io.gobstopper.test;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

import io.gobstopper.test.AutoConfigureGobstopper.Mode;
import io.gobstopper.test.AutoConfigureGobstopper.Store;

/**
 * Reads what a test says of its tasks.
 */
final class GobstopperTestContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		@Nullable AutoConfigureGobstopper annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
				AutoConfigureGobstopper.class);
		return (annotation != null) ? new GobstopperTestContextCustomizer(annotation.mode(), annotation.store())
				: new GobstopperTestContextCustomizer(Mode.MANUAL, Store.MEMORY);
	}

}
