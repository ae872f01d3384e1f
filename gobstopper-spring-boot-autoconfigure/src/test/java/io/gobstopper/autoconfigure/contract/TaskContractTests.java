package io.gobstopper.autoconfigure.contract;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;
import io.gobstopper.Tasks;
import io.gobstopper.autoconfigure.GobstopperAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperDuckDbAutoConfiguration;
import io.gobstopper.autoconfigure.GobstopperWorkerAutoConfiguration;
import io.gobstopper.contract.broken.ContractClass;
import io.gobstopper.contract.mails.MailHandler;
import io.gobstopper.contract.mails.MailTasks;
import io.gobstopper.contract.mails.ReportTasks;
import io.gobstopper.error.InvalidTaskHandlerException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the beans of contracts.
 */
class TaskContractTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(GobstopperDuckDbAutoConfiguration.class,
				GobstopperAutoConfiguration.class, GobstopperWorkerAutoConfiguration.class))
		.withPropertyValues("gobstopper.database.path=:memory:")
		.withUserConfiguration(Registrations.class);

	@Test
	void contractsBelowThePackagesOfTheApplicationAreBeans() {
		withPackageOf(MailTasks.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Registration.class).tasks.submit((mails) -> mails.send("a")).created()).isTrue();
			assertThat(context.getBeanProvider(Tasks.class).stream()).hasSize(2);
		});
	}

	@Test
	void handlerIsFoundByTheInterface() {
		withPackageOf(MailTasks.class).withBean(MailHandler.class)
			.withPropertyValues("mail.task=post_mail")
			.run((context) -> {
				Tasks<MailTasks> tasks = context.getBean(Registration.class).tasks;
				assertThat(tasks.request((mails) -> mails.send("a")).name()).isEqualTo("post_mail");
				assertThat(tasks.submit((mails) -> mails.send("a")).result().get(20, TimeUnit.SECONDS))
					.isEqualTo(new MailTasks.Sent("a"));
			});
	}

	@Test
	void taskOfAContractCanBeEnqueuedWithoutAHandler() {
		withPackageOf(MailTasks.class).run((context) -> {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			assertThat(queue.findTask(queue.enqueue("report", "b")).orElseThrow().status())
				.isEqualTo(TaskStatus.PENDING);
			assertThat(queue.tasks(ReportTasks.class)).isNotNull();
		});
	}

	@Test
	void contractThatCannotWorkStopsTheStart() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(GobstopperDuckDbAutoConfiguration.class, GobstopperAutoConfiguration.class))
			.withPropertyValues("gobstopper.database.path=:memory:")
			.withInitializer(packageOf(ContractClass.class))
			.run((context) -> assertThat(context).getFailure()
				.hasRootCauseInstanceOf(InvalidTaskHandlerException.class)
				.rootCause()
				.hasMessageContaining("ContractClass is not an interface"));
	}

	@Test
	void thereAreNoneWithoutTheQueue() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(GobstopperDuckDbAutoConfiguration.class, GobstopperAutoConfiguration.class))
			.withPropertyValues("gobstopper.enabled=false")
			.withInitializer(packageOf(MailTasks.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Tasks.class));
	}

	private ApplicationContextRunner withPackageOf(Class<?> contract) {
		return this.runner.withInitializer(packageOf(contract));
	}

	private static ApplicationContextInitializer<ConfigurableApplicationContext> packageOf(Class<?> contract) {
		return (context) -> AutoConfigurationPackages.register((BeanDefinitionRegistry) context.getBeanFactory(),
				contract.getPackageName());
	}

	@Configuration(proxyBeanMethods = false)
	static class Registrations {

		@Bean
		Registration registration(Tasks<MailTasks> tasks) {
			return new Registration(tasks);
		}

	}

	static class Registration {

		private final Tasks<MailTasks> tasks;

		Registration(Tasks<MailTasks> tasks) {
			this.tasks = tasks;
		}

	}

}
