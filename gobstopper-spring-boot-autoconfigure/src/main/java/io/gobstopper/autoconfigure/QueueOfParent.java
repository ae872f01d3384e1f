package io.gobstopper.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

import io.gobstopper.store.writer.GroupCommit;

/**
 * Matches if a parent of the context has the queue.
 */
class QueueOfParent extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		boolean inherited = isInherited(context.getBeanFactory());
		return new ConditionOutcome(inherited == isWanted(), ConditionMessage.forCondition("Queue of a parent context")
			.because(inherited ? "found one" : "found none"));
	}

	boolean isWanted() {
		return true;
	}

	private static boolean isInherited(@Nullable ConfigurableListableBeanFactory beanFactory) {
		BeanFactory parent = (beanFactory != null) ? beanFactory.getParentBeanFactory() : null;
		return parent instanceof ListableBeanFactory beans && BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans,
				GroupCommit.class, true, false).length > 0;
	}

	/**
	 * Matches if no parent of the context has the queue.
	 */
	static final class Missing extends QueueOfParent {

		@Override
		boolean isWanted() {
			return false;
		}

	}

}
