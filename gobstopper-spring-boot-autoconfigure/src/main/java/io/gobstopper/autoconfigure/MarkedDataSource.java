package io.gobstopper.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.Assert;

import io.gobstopper.GobstopperDataSource;

/**
 * Matches if the application has marked no {@code DataSource} of its own with
 * {@link GobstopperDataSource}. That one need not be a default candidate.
 */
final class MarkedDataSource extends SpringBootCondition implements ConfigurationCondition {

	/**
	 * The name of the bean that the library marks itself where there is no other.
	 */
	static final String OWN = "gobstopperDataSource";

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
		String marked = (beanFactory != null) ? find(beanFactory) : null;
		return new ConditionOutcome(marked == null, ConditionMessage.forCondition("Marked DataSource")
			.because((marked != null) ? "found bean '%s'".formatted(marked) : "found none"));
	}

	static @Nullable String find(ConfigurableListableBeanFactory beanFactory) {
		List<String> marked = new ArrayList<>();
		for (String name : beanFactory.getBeanDefinitionNames()) {
			if (!name.equals(OWN)
					&& beanFactory.findAnnotationOnBean(name, GobstopperDataSource.class, false) != null) {
				marked.add(name);
			}
		}
		Assert.isTrue(marked.size() <= 1, () -> "several beans are marked with @GobstopperDataSource: " + marked);
		return marked.isEmpty() ? null : marked.get(0);
	}

}
