package io.gobstopper.autoconfigure.aot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Conditional;

/**
 * Matches if this process takes snapshots, or while code is generated for processes of
 * which some do: the beans have to look at the property themselves then.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ConditionalOnSnapshots.OnSnapshots.class)
public @interface ConditionalOnSnapshots {

	/**
	 * Decides.
	 */
	final class OnSnapshots extends AnyNestedCondition {

		OnSnapshots() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		/**
		 * The usual case.
		 */
		@ConditionalOnProperty("gobstopper.snapshot.directory")
		static final class Wanted {

		}

		/**
		 * Not known yet.
		 */
		@Conditional(OnAotProcessing.class)
		static final class Undecided {

		}

	}

}
