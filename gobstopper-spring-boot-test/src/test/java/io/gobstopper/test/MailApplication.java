package io.gobstopper.test;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskQueueService;
import io.gobstopper.Tasks;

/**
 * An application with tasks.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
class MailApplication {

	@Bean
	Registration registration(Tasks<MailTasks> mails) {
		return new Registration(mails);
	}

	@Bean
	Handlers handlers(Tasks<MailTasks> mails, ObjectProvider<TaskQueueService> queue) {
		return new Handlers(mails, queue);
	}

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

	@Bean
	PlatformTransactionManager transactionManager() {
		return new JdbcTransactionManager(new DriverManagerDataSource("jdbc:duckdb:"));
	}

	static class Registration {

		private final Tasks<MailTasks> mails;

		Registration(Tasks<MailTasks> mails) {
			this.mails = mails;
		}

		void register(String address) {
			this.mails.with((options) -> options.delay(Duration.ofMinutes(5)))
				.enqueue((tasks) -> tasks.send(address, "Welcome"));
		}

	}

	static class Handlers implements MailTasks {

		private final Tasks<MailTasks> mails;

		private final ObjectProvider<TaskQueueService> queue;

		private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

		Handlers(Tasks<MailTasks> mails, ObjectProvider<TaskQueueService> queue) {
			this.mails = mails;
			this.queue = queue;
		}

		List<String> calls() {
			return this.calls;
		}

		@Override
		public Receipt send(String to, String subject) throws IOException {
			TaskContext context = TaskContext.current();
			this.calls.add("%s %s on %s".formatted(to, subject, Thread.currentThread().getName()));
			if (to.startsWith("flaky") && context.attempt() < 3) {
				throw new IOException("planned");
			}
			return new Receipt(to, context.attempt());
		}

		@GobstopperTask("announce")
		void announce(String to) {
			this.calls.add("announce " + to);
			this.mails.enqueue((tasks) -> tasks.send(to, "Announced"));
		}

		@GobstopperTask("in_transaction")
		boolean isInTransaction() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

		@GobstopperTask("endless")
		void again() {
			this.queue.getObject().enqueue("endless");
		}

		@GobstopperTask("hourly")
		void hourly() {
			this.calls.add("hourly");
		}

	}

}
