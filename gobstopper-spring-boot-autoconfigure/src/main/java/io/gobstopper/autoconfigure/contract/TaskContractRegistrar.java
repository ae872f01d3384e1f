package io.gobstopper.autoconfigure.contract;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanNameGenerator;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.ResourceLoaderAware;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

import io.gobstopper.TaskContract;
import io.gobstopper.TaskQueueService;
import io.gobstopper.Tasks;

/**
 * Registers a bean of type {@link Tasks} for each {@link TaskContract} below the packages
 * of the application.
 */
public final class TaskContractRegistrar
		implements ImportBeanDefinitionRegistrar, BeanFactoryAware, EnvironmentAware, ResourceLoaderAware {

	private final Contracts contracts = new Contracts();

	private @Nullable BeanFactory beanFactory;

	private @Nullable ClassLoader classLoader = ClassUtils.getDefaultClassLoader();

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void setEnvironment(Environment environment) {
		this.contracts.setEnvironment(environment);
	}

	@Override
	public void setResourceLoader(ResourceLoader resourceLoader) {
		this.contracts.setResourceLoader(resourceLoader);
		this.classLoader = resourceLoader.getClassLoader();
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry,
			BeanNameGenerator generator) {
		Set<String> contracts = new LinkedHashSet<>();
		for (String each : packages()) {
			this.contracts.findCandidateComponents(each)
				.stream()
				.map(BeanDefinition::getBeanClassName)
				.forEach(contracts::add);
		}
		contracts.forEach((contract) -> register(ClassUtils.resolveClassName(contract, this.classLoader), registry));
	}

	// Known only now: the registrar of the packages runs after this was created.
	private List<String> packages() {
		BeanFactory beans = this.beanFactory;
		return (beans != null && AutoConfigurationPackages.has(beans)) ? AutoConfigurationPackages.get(beans)
				: List.of();
	}

	private static void register(Class<?> contract, BeanDefinitionRegistry registry) {
		RootBeanDefinition definition = new RootBeanDefinition(TaskContractRegistrar.class);
		definition.setFactoryMethodName("tasks");
		definition.setTargetType(ResolvableType.forClassWithGenerics(Tasks.class, contract));
		definition.setAutowireMode(AutowireCapableBeanFactory.AUTOWIRE_CONSTRUCTOR);
		definition.setLazyInit(false);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, contract);
		registry.registerBeanDefinition("gobstopperTasks." + contract.getName(), definition);
	}

	/**
	 * Makes the bean of a contract.
	 * @param contract the interface
	 * @param queue enqueues
	 * @param <T> the interface
	 * @return what enqueues by calls of the interface
	 */
	public static <T> Tasks<T> tasks(Class<T> contract, TaskQueueService queue) {
		return queue.tasks(contract);
	}

	/**
	 * Finds the contracts, classes by mistake included, which are refused later.
	 */
	private static final class Contracts extends ClassPathScanningCandidateComponentProvider {

		Contracts() {
			super(false);
			addIncludeFilter(new AnnotationTypeFilter(TaskContract.class, false));
		}

		@Override
		protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
			return definition.getMetadata().isIndependent();
		}

	}

}
