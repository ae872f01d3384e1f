package io.gobstopper.autoconfigure.aot;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragments;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragmentsDecorator;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.javapoet.ClassName;

import io.gobstopper.Tasks;

/**
 * Tells a native image what recording the calls of a contract needs, and writes the code
 * that registers its bean into the contract's package, which may be the only one that
 * sees it.
 */
final class TasksAotProcessor implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean registeredBean) {
		Class<?> contract = (registeredBean.getBeanClass() == Tasks.class)
				? registeredBean.getBeanType().getGeneric().resolve() : null;
		return (contract != null) ? new Contribution(contract) : null;
	}

	/**
	 * What is generated for one contract.
	 */
	private record Contribution(Class<?> contract) implements BeanRegistrationAotContribution {

		@Override
		public BeanRegistrationCodeFragments customizeBeanRegistrationCodeFragments(GenerationContext generationContext,
				BeanRegistrationCodeFragments fragments) {
			return new InPackageOfContract(fragments, this.contract);
		}

		@Override
		public void applyTo(GenerationContext generationContext, BeanRegistrationCode code) {
			RuntimeHints hints = generationContext.getRuntimeHints();
			hints.proxies().registerJdkProxy(this.contract);
			new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, this.contract);
		}

	}

	/**
	 * The usual code, elsewhere.
	 */
	private static final class InPackageOfContract extends BeanRegistrationCodeFragmentsDecorator {

		private final Class<?> contract;

		InPackageOfContract(BeanRegistrationCodeFragments delegate, Class<?> contract) {
			super(delegate);
			this.contract = contract;
		}

		@Override
		public ClassName getTarget(RegisteredBean registeredBean) {
			return ClassName.get(this.contract);
		}

	}

}
