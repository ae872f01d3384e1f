package io.gobstopper.autoconfigure.aot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Conditional;

/**
 * Matches if this process runs tasks, or while code is generated for processes of which
 * some do: the bean has to look at the property itself then.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ConditionalOnWorker.OnWorker.class)
public @interface ConditionalOnWorker {

	/**
	 * Decides.
	 */
	final class OnWorker extends AnyNestedCondition {

		OnWorker() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		/**
		 * The usual case.
		 */
		@ConditionalOnBooleanProperty(name = "gobstopper.worker.enabled", matchIfMissing = true)
		static final class Enabled {

		}

		/**
		 * Not known yet.
		 */
		@Conditional(OnAotProcessing.class)
		static final class Undecided {

		}

	}

}
